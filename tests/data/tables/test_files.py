"""Nasty files that people have: what is read of them, against arrays written out; and what is refused, in one line."""

from __future__ import annotations

import math
import os
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.data.tables import read as reading
from dropout_viz.data.tables.read import read
from dropout_viz.data.tables.table import FileTable, TableReading
from dropout_viz.errors import UserError

NAN = math.nan
PLAIN = "a,b,c\n1,2.5,x\n3,4.5,y\n5,6.5,x\n"
IS_PLAIN = {"a": [1, 3, 5], "b": [2.5, 4.5, 6.5], "c": ["x", "y", "x"]}
DAY = 19723  # 2024-01-01, counted from 1970-01-01

GOOD: dict[str, tuple[str | bytes, dict[str, list[object]]]] = {
    "plain": (PLAIN, IS_PLAIN),
    "crlf": (PLAIN.replace("\n", "\r\n"), IS_PLAIN),
    "cr": (PLAIN.replace("\n", "\r"), IS_PLAIN),
    "no newline at the end": (PLAIN.rstrip(), IS_PLAIN),
    "tabs": (PLAIN.replace(",", "\t"), IS_PLAIN),
    "semicolons": (PLAIN.replace(",", ";"), IS_PLAIN),
    "pipes": (PLAIN.replace(",", "|"), IS_PLAIN),
    "spaces, aligned": ("a   b   c\n1   2.5 x\n3   4.5 y\n5   6.5 x\n", IS_PLAIN),
    "spaces behind commas": (PLAIN.replace(",", ", "), IS_PLAIN),
    "decimal commas": (PLAIN.replace(",", ";").replace(".", ","), IS_PLAIN),
    "utf-8 mark": (PLAIN.encode("utf-8-sig"), IS_PLAIN),
    "utf-16 mark": (PLAIN.encode("utf-16"), IS_PLAIN),
    "utf-16 big-endian": (b"\xfe\xff" + PLAIN.encode("utf-16-be"), IS_PLAIN),
    "utf-16 without mark": (PLAIN.encode("utf-16-le"), IS_PLAIN),
    "utf-32": (PLAIN.encode("utf-32"), IS_PLAIN),
    "latin-1": (
        "größe,stadt\n1,Köln\n2,Zürich\n3,Köln\n".encode("latin-1"),
        {"größe": [1, 2, 3], "stadt": ["Köln", "Zürich", "Köln"]},
    ),
    "cyrillic, one byte a letter": (
        ("город,число\n" + "Москва и Петербург,1\nНижний Новгород,2\n" * 20).encode("cp1251"),
        {"число": [1, 2] * 20},
    ),
    "quoted": ('a,b,c\n"1","2.5","x"\n"3","4.5","y"\n"5","6.5","x"\n', IS_PLAIN),
    "newline in quotes": (
        'a,b\n1,"two\nlines"\n2,one\n3,"two\nlines"\n',
        {"a": [1, 2, 3], "b": ["two lines", "one", "two lines"]},
    ),
    "quotes in quotes": ('a,b\n1,"say ""x"", y"\n2,z\n3,z\n', {"a": [1, 2, 3], "b": ['say "x", y', "z", "z"]}),
    "apostrophes": ("n,y\nO'Brien,1\nD'Arcy,2\nO'Brien,3\n", {"n": ["O'Brien", "D'Arcy", "O'Brien"], "y": [1, 2, 3]}),
    "inches": (
        'size,y\n5" pipe,1\n6" pipe,2\n5" pipe,3\n',
        {"size": ['5" pipe', '6" pipe', '5" pipe'], "y": [1, 2, 3]},
    ),
    "no header": (
        "1,2.5,x\n3,4.5,y\n5,6.5,x\n",
        {"column 1": [1, 3, 5], "column 2": [2.5, 4.5, 6.5], "column 3": ["x", "y", "x"]},
    ),
    "years for names": (
        "name,2019,2020\nx,1,2\ny,3,4\nx,5,6\n",
        {"name": ["x", "y", "x"], "2019": [1, 3, 5], "2020": [2, 4, 6]},
    ),
    "years for data": ("x,1985,2004\ny,1990,2010\nx,1979,2001\n", {"column 2": [1985, 1990, 1979]}),
    "number names below a text": ("n,2019\n4,1\n5,3\n6,5\n", {"n": [4, 5, 6], "2019": [1, 3, 5]}),
    "comments first": (f'# made by hand, twice\n# "open\n\n{PLAIN}', IS_PLAIN),
    "comments within": ("a,b,c\n1,2.5,x\n# a remark\n3,4.5,y\n5,6.5,x\n", IS_PLAIN),
    "colours are no comments": (
        "colour,b\n#ff0000,1\n#00ff00,2\n#ff0000,3\n",
        {"colour": ["#ff0000", "#00ff00", "#ff0000"]},
    ),
    "titles first": (f"Measured in May\n\nby hand\n{PLAIN}", IS_PLAIN),
    "blank lines": ("\n\na,b,c\n\n1,2.5,x\n   \n3,4.5,y\n5,6.5,x\n\n\n", IS_PLAIN),
    "sep line": ("sep=;\na;b;c\n1;2.5;x\n3;4.5;y\n5;6.5;x\n", IS_PLAIN),
    "thousands": ('a,b\n"1,234",5\n"12,345,678",6\n7,7\n', {"a": [1234, 12345678, 7], "b": [5, 6, 7]}),
    "thousands and point": ('a,b\n"1,234.5",5\n"2,000.25",6\n"3",7\n', {"a": [1234.5, 2000.25, 3]}),
    "european thousands": ("a;b\n1.234,5;5\n12.000,25;6\n1.000;7\n", {"a": [1234.5, 12000.25, 1000], "b": [5, 6, 7]}),
    "swiss thousands": ("a;b\n1'234.5;5\n12'000.25;6\n3;7\n", {"a": [1234.5, 12000.25, 3]}),
    "french thousands": ("a;b\n1\u202f234,5;5\n12\u00a0000,25;6\n3;7\n", {"a": [1234.5, 12000.25, 3]}),
    "percent": ("a,b\n12 %,1\n50%,2\n0.5%,3\n", {"a": [0.12, 0.5, 0.005]}),
    "money": ("a,b\n$1.50,1\n$2.25,2\n$3,3\n", {"a": [1.5, 2.25, 3]}),
    "exponents and signs": ("a,b\n1e3,+1\n-2.5E-2,-2\n.5,3\n", {"a": [1000, -0.025, 0.5], "b": [1, -2, 3]}),
    "whole numbers with noughts before": ("a,b\n007,1\n012,2\n100,3\n", {"a": [7, 12, 100]}),
    "yes and no": ("a,b\nyes,True\nno,FALSE\nYes,true\n", {"a": [1, 0, 1], "b": [1, 0, 1]}),
    "gaps": (
        "a,b,c\n1,NA,x\n,2,?\nN/A,3,null\nnan,4,-\n5,-,NaN\n6, ,y\n",
        {"a": [1, NAN, NAN, NAN, 5, 6], "b": [NAN, 2, 3, 4, NAN, NAN], "c": ["x", None, None, None, None, "y"]},
    ),
    "gaps and decimal commas": ("a;b\n1,5;x\n;y\nNA;x\n2,25;y\n3;x\n4,5;y\n", {"a": [1.5, NAN, NAN, 2.25, 3, 4.5]}),
    "dates": ("d,y\n2024-01-01,1\n2024-01-31,2\n1969-12-31,3\n", {"d": [DAY, DAY + 30, -1]}),
    "dates and times": (
        "d,y\n2024-01-01T12:00:00Z,1\n2024-01-01 06:00,2\n2024-01-01T01:00+01:00,3\n",
        {"d": [DAY + 0.5, DAY + 0.25, DAY]},
    ),
    "german dates": (
        "d;y\n01.01.2024;1,5\n31.01.2024;2,5\n02.01.2024;3,5\n",
        {"d": [DAY, DAY + 30, DAY + 1], "y": [1.5, 2.5, 3.5]},
    ),
    "american dates": ("d,y\n1/2/2024,1\n1/31/2024,2\n,3\n", {"d": [DAY + 1, DAY + 30, NAN]}),
    "british dates": ("d,y\n1/2/2024,1\n31/1/2024,2\n", {"d": [DAY + 31, DAY + 30]}),
    "names that come twice": (
        "a,a,b,a\n1,2,3,4\n5,6,7,8\n",
        {"a": [1, 5], "a (2)": [2, 6], "b": [3, 7], "a (3)": [4, 8]},
    ),
    "names that are empty": ("a,,b\n1,2,3\n4,5,6\n", {"a": [1, 4], "column 2": [2, 5], "b": [3, 6]}),
    "a separator at each end": ("a,b,\n1,2,\n3,4,\n", {"a": [1, 3], "b": [2, 4]}),
    "separators at the ends of rows alone": ("a,b\n1,2,\n3,4,\n", {"a": [1, 3], "b": [2, 4]}),
    "names of rows": ("a,b\nx,1,2\ny,3,4\nz,5,6\n", {"column 1": ["x", "y", "z"], "a": [1, 3, 5], "b": [2, 4, 6]}),
    "numbers and texts": (
        "deck,y\nA,1\n1,2\n2,3\nB,4\n2,5\n1,6\n",
        {"deck": ["A", "1", "2", "B", "2", "1"], "y": [1, 2, 3, 4, 5, 6]},
    ),
    "formulas are texts": (
        'a,b\n=cmd(),1\n"=HYPERLINK(""x"",2)",2\n=cmd(),3\n',
        {"a": ["=cmd()", '=HYPERLINK("x",2)', "=cmd()"]},
    ),
    "few rows of many lines": (
        'b;größe;x y\n15.0%;"a, ""b""\n c";1\n90.1%;"a, ""b""\n c";2\n',
        {"b": [0.15, 0.901], "größe": ['a, "b" c'] * 2, "x y": [1, 2]},
    ),
    "one column": ("a\n1\n2\n3\n", {"a": [1, 2, 3]}),
    "constant": ("a,b\n1,7\n2,7\n3,7\n", {"a": [1, 2, 3], "b": [7, 7, 7]}),
    "signs of every language": ("名,ü\n東京,1\nΑθήνα,2\n東京,3\n", {"名": ["東京", "Αθήνα", "東京"], "ü": [1, 2, 3]}),
    "underscores are no digits": ("a,b\n1_000,1\n2_000,2\n1_000,3\n", {"a": ["1_000", "2_000", "1_000"]}),
    "a zero before a comma": ("a;b\n0,100;1\n0,250;2\n1,000;3\n", {"a": [0.1, 0.25, 1], "b": [1, 2, 3]}),
    "a zero before a comma, quoted": (
        'a,b\n"0,100",1\n"12,500",2\n"3,000",3\n',
        {"a": [0.1, 12.5, 3], "b": [1, 2, 3]},
    ),
    "a zero before a point": ("a,b\n0.100,1\n1.250,2\n3.000,3\n", {"a": [0.1, 1.25, 3], "b": [1, 2, 3]}),
    "decimal commas far below": (
        "a;b\n" + "1;2\n" * 300 + "1,5;2\n" * 300 + "1.234,5;2\n",
        {"a": [1.0] * 300 + [1.5] * 300 + [1234.5], "b": [2] * 601},
    ),
    "a decimal comma at the end": (
        "a;b\n" + "1;2\n" * 300 + "1.234;1,5\n",
        {"a": [1.0] * 300 + [1234.0], "b": [2.0] * 300 + [1.5]},
    ),
    "a decimal point far below": (
        "a;b\n" + "1,234;2\n" * 300 + "1;2.5\n",
        {"a": [1234.0] * 300 + [1], "b": [2.0] * 300 + [2.5]},
    ),
    "money of every kind": (
        "a;b\n-$1.50;CHF 1\u2019234.5\n(1.50);1.5 EUR\n1.50-;R$ 2.5\n\u22121.5;3 zł\n₹4;kr 5.5\n£1;$-2.5\n(€3);USD 7\n",
        {"a": [-1.5, -1.5, -1.5, -1.5, 4, 1, -3], "b": [1234.5, 1.5, 2.5, 3, 5.5, -2.5, 7]},
    ),
    "percent and decimal commas": ("a;b\n0,5 %;1\n12 %;2\n1,5\u00a0%;3\n", {"a": [0.005, 0.12, 0.015], "b": [1, 2, 3]}),
    "months by their names": (
        "d,e\n1 Jan 2024,Jan 1 2024\n31-Jan-24,31 January 2024\n2 Feb 1999,Feb. 2 1999\n",
        {"d": [DAY, DAY + 30, DAY - 9099], "e": [DAY, DAY + 30, DAY - 9099]},
    ),
    "years of two digits": ("d,y\n31/01/24,1\n01/01/24,2\n31/12/69,3\n", {"d": [DAY + 30, DAY, -1]}),
    "morning and afternoon": (
        "d,y\n1/31/2024 1:30 PM,1\n1/1/2024 12:00 AM,2\n1/1/2024 12:00 pm,3\n",
        {"d": [DAY + 30.5625, DAY, DAY + 0.5]},
    ),
    "gaps of other programs": (
        "a,b\n1,x\nNone,NaT\n\\N,--\n.,#DIV/0!\n#REF!,#N/A\n2,x\n3,y\n#VALUE!,y\n",
        {"a": [1, NAN, NAN, NAN, NAN, 2, 3, NAN], "b": ["x", None, None, None, None, "x", "y", "y"]},
    ),
    "how DOS ends a file": ("a,b\n1,2\n3,4\n\x1a", {"a": [1, 3], "b": [2, 4]}),
    "how DOS ends a line": ("a,b\r\n1,2\r\n3,4\x1a\x1a", {"a": [1, 3], "b": [2, 4]}),
    "one sign of Windows": ("t,b\n20 °C,1\n25 °C,2\n20 °C,3\n".encode("cp1252"), {"t": ["20 °C", "25 °C", "20 °C"]}),
    "signs of Windows": ("t,b\n5 €,1\n6 £,2\n5 €,3\n".encode("cp1252"), {"t": [5, 6, 5]}),
    "large numbers": ("a,b\n1e99,1\n-1e99,2\n0,3\n", {"a": [1e99, -1e99, 0]}),
}

BAD: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "empty; must be a table"),
    "blank": ("\n\n  \n", "no rows"),
    "names alone": ("a,b,c\n", "no rows below the names"),
    "a short row": ("a,b,c\n1,2,3\n4,5\n7,8,9\n", "row 3, column 'c': no cell, the row ends after 2; must be 3 cells"),
    "a long row": ("a,b,c\n1,2,3\n4,5,6,7\n", "row 3, column 4: more cells than columns; must be 3 cells"),
    "a short row after lines in quotes": ('a,b\n"x\ny\nz",1\n2\n', "row 5, column 'b': no cell"),
    "a text among numbers": (
        "a,b\n" + "".join(f"{k},{k}\n" for k in range(9)) + "9,many\n",
        "row 11, column 'b': 'many' is no number, as most cells of the column are; must be one, or empty",
    ),
    "a text among few numbers": ("a,b\n1,2\n3,4\n5,x\n7,8\n", "row 4, column 'b': 'x' is no number"),
    "a date that is none": (
        "d,b\n" + "2024-01-01,1\n" * 9 + "2024-02-31,2\n",
        "row 11, column 'd': '2024-02-31' is no date",
    ),
    "infinite": ("a,b\n1,2\ninf,3\n4,5\n", "row 3, column 'a': 'inf': must be a number of at most 1e+100"),
    "too large": ("a,b\n1,2\n1e308,3\n4,5\n", "row 3, column 'a': '1e308': must be a number of at most 1e+100"),
    "nul": ("a,b\n1,2\n3,x\0y\n4,5\n" + "6,7\n" * 40_000, "no text but bytes"),
    "nul far below": ("a,b\n" + "6,7\n" * 40_000 + "3,x\0y\n", "line 40002 holds a NUL character"),
    "binary": (bytes(range(256)) * 40, "no text but bytes"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6", "no text but bytes"),
    "a quote that never ends": ('a,b\n1,2\n"3' + ",4\n5" * 40_000, "a quoted cell that never ends?"),
    "a line without end": (b"x" * (5 << 20), "line 1 has over 4,194,304 characters"),
    "too many columns": (
        ",".join(map(str, range(17_000))) + "\n" + ",".join("1" * 17_000) + "\n",
        "17,000 columns; must be at most 16,384",
    ),
    "a byte that is no utf-8": (
        ("stadt,b\n" + "Zürich,1\nKöln,2\n" * 9).encode() + b"Gen\xe9ve,3\n" + b"Bern,4\n" * 9,
        "row 20: the byte 0xE9 is no UTF-8, as the rest is; must be UTF-8, or encoding be named, such as cp1252",
    ),
    "a cell that is too long": (
        'a,b\n1,2\n3,"' + "x" * 140_000 + '"\n',
        "row 3, column 2: over 131,072 characters, a quoted cell that never ends?",
    ),
    "half a letter of utf-16": ("a,b\n1,2\n".encode("utf-16") + b"\x00\xd8,\0", "is no UTF-16"),
    "no letter of utf-16": (b"\xff\xfe\x00\xd8,\0", "my.csv: begins with what is no UTF-16"),
}


def written(folder: Path, content: str | bytes, name: str = "my.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(table: FileTable, name: str) -> list[object]:
    column = table.column(name)
    if column.numeric:
        return column.values.tolist()
    return [column.texts[code] if code >= 0 else None for code in column.values]


@pytest.mark.parametrize("which", GOOD)
def test_what_is_read(which: str, tmp_path: Path) -> None:
    content, wanted = GOOD[which]
    table = read(written(tmp_path, content))
    for name, values in wanted.items():
        found = cells(table, name)
        if table.column(name).numeric:
            np.testing.assert_allclose(np.array(found), np.array(values, float), rtol=1e-14)
        else:
            assert found == values
    if len(wanted) > 1:
        assert table.names == list(wanted) or which == "cyrillic, one byte a letter"
    assert {len(column.values) for column in table.columns} == {table.rows}


@pytest.mark.parametrize("which", BAD)
def test_what_is_refused(which: str, tmp_path: Path) -> None:
    content, wanted = BAD[which]
    path = written(tmp_path, content)
    with pytest.raises(UserError) as caught:
        read(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: ") and wanted in line and "\n" not in line


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name, wanted in (
        ("pipe.csv", "not a file"),
        ("folder.csv", "a directory"),
        ("none.csv", "no such file"),
    ):
        with pytest.raises(UserError, match=wanted):
            read(tmp_path / name)


def test_what_begins_otherwise_than_it_goes_on_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ticket's number comes first and a text later; a date whose day can be told late."""
    monkeypatch.setattr(reading, "_CELLS", 12)  # four rows at once
    tickets = [str(k) if k < 8 else f"A/{k}" for k in range(16)]
    dates = [f"0{k % 9 + 1}/02/2024" if k < 14 else "25/02/2024" for k in range(16)]
    late = ["" if k < 6 else "1,5" for k in range(16)]
    rows = "".join(f"{t};{d};{n}\n" for t, d, n in zip(tickets, dates, late, strict=True))
    table = read(written(tmp_path, f"ticket;day;late\n{rows}"))
    assert cells(table, "ticket") == tickets
    assert table.column("day").values[:2].tolist() == [DAY + 31, DAY + 32]
    np.testing.assert_array_equal(table.column("late").values, [NAN] * 6 + [1.5] * 10)


def test_numbers_that_are_names_are_read_as_texts(tmp_path: Path) -> None:
    path = written(tmp_path, "code,y\n10,1\n9,2\n10,3\n")
    column = read(path, TableReading(as_texts=("code",))).column("code")
    assert (column.kind, column.texts, column.values.tolist()) == ("texts", ("9", "10"), [1, 0, 1])
    with pytest.raises(UserError, match=r"as_texts = 'cod': no column of my\.csv \(did you mean code\?\)"):
        read(path, TableReading(as_texts=("cod",)))


def test_what_is_said_of_a_table_is_not_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, "país,2001\nPerú,1.234\nMalí,5.678\nPerú,9.012\n".encode("cp850"))
    table = read(path, TableReading(header="no", encoding="cp850", decimal="comma"))
    assert table.names == ["column 1", "column 2"] and table.column("column 1").texts == ("Malí", "Perú", "país")
    assert table.column("column 2").values.tolist() == [2001, 1234, 5678, 9012]
    assert (table.encoding, table.decimal, table.doubtful, table.header) == ("cp850", ",", False, False)
    guessed = read(path, TableReading(encoding="cp850"))
    assert guessed.column("2001").values.tolist() == [1.234, 5.678, 9.012]
    assert guessed.doubtful and guessed.header and guessed.decimal == "."
    with pytest.raises(UserError, match="row 1: the byte 0xA1 is no UTF-8"):
        read(path, TableReading(encoding="utf-8"))
    assert not read(written(tmp_path, PLAIN)).doubtful


def test_many_texts_are_not_kept(tmp_path: Path) -> None:
    rows = "".join(f"name {k},{'long ' * 50},{k % 2}\n" for k in range(1200))
    table = read(written(tmp_path, f"name,essay,y\n{rows}"))
    assert [column.kind for column in table.columns] == ["many texts", "many texts", "numbers"]


def test_reading_can_be_given_up(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="reading was given up"):
        read(written(tmp_path, PLAIN), going=lambda: False)


def test_what_has_been_read_is_handed_on_once_and_only_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    table = read(path)
    reading.hand_on(table)
    assert read(path) is table and read(path) is not table
    reading.hand_on(table)
    assert read(path, TableReading(as_texts=("a",))).column("a").kind == "texts"
    assert read(path) is not table, "one reading is all that it is kept for"
    reading.hand_on(table)
    written(tmp_path, PLAIN + "7,8.5,z\n")
    assert read(path).rows == 4
