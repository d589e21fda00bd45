# Each target builds .venv by itself and needs nothing but Python 3.11 or newer. System libraries that are missing it
# installs as root on Debian and Ubuntu; elsewhere it says in one line what to type.
# make run ARGS="digits"      arguments for the program
# make test ARGS="-k moons"   arguments for pytest
# make PYTHON=/its/path ...   the Python to build .venv with
BIN := .venv/bin
OFFSCREEN := QT_QPA_PLATFORM=offscreen
ARGS ?=
SEED ?= 1
ACTIONS ?= 5000

.PHONY: help run test slow oracle notebook check format house pictures film guide bench rivals monkey study bundle wheel lock environment clean

help:
	@echo "make run      open the window (with no display: leave its pictures in snapshots/)"
	@echo "make test     run the tests"
	@echo "make slow     run the tests that make test leaves out, but for the studies (many minutes)"
	@echo "make oracle   run the tests against PyTorch (TORCH=torch==2.13.0 is fetched first)"
	@echo "make notebook run the example notebook in Jupyter, which is fetched first"
	@echo "make check    lint, format, types, import rules"
	@echo "make format   put the code into ruff's format"
	@echo "make house    the house in figures, each beside its bound"
	@echo "make pictures OUT=now AGAINST=before   take every screen and view, and tell which texts are cut and what differs"
	@echo "make guide    write anew what the guide's pages repeat of the program"
	@echo "make bench    measure speed; writes the tables of the README and the guide (make rivals: PyTorch, scikit-learn)"
	@echo "make monkey   5,000 random actions on the real window (SEED=n ACTIONS=m)"
	@echo "make study    what dropout gains on MNIST (minutes; DROPOUT_VIZ_DATA names its folder)"
	@echo "make wheel    build dist/*.whl"
	@echo "make bundle   build dist/dropout-viz, a folder that starts without Python"
	@echo "make clean    remove everything that was built"

run: export WINDOW := 1
run: environment
	@$(BIN)/dropout-viz $(ARGS)

# One process more than there are processors, since tests wait now and then; four at most: each is a Qt application with
# threads of its own. The matrix library has one thread in each.
# Bytecode is kept even where the environment says not to: tests are rewritten, and programs started, again and again.
# A test's folder goes when it has passed, beside the tests of other processes: to take all away at the end takes long.
PROCESSES ?= $(shell n=$$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2); echo $$((n < 4 ? n + 1 : 4)))
PYTEST = PYTHONDONTWRITEBYTECODE= OPENBLAS_NUM_THREADS=1 $(OFFSCREEN) $(BIN)/python -m pytest -n $(PROCESSES) --dist worksteal \
	-o tmp_path_retention_policy=failed
test: environment
	$(PYTEST) $(ARGS)

# What `make test` leaves out. `make study` has the studies, which answer a question rather than try the program.
slow: environment
	$(PYTEST) -m slow --ignore tests/studies $(ARGS)

# The tests that hold the program against PyTorch, which lies in a folder of its own: the environment stays as locked.
# The release is one that was tried, and small where the package index has its build for processors alone.
TORCH ?= torch==2.13.0
oracle: .oracle/torch
	PYTHONPATH=.oracle OPENBLAS_NUM_THREADS=1 $(OFFSCREEN) $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal \
	  -m "oracle and not slow" $(ARGS)

.oracle/torch: | environment
	rm -rf .oracle
	$(BIN)/python -m pip install --quiet --only-binary :all: --target .oracle "$(TORCH)"

# The example notebook in a real kernel, which lies in a folder of its own as PyTorch does: thirty packages for one test.
notebook: .notebook/nbclient
	PYTHONPATH=$(CURDIR)/.notebook OPENBLAS_NUM_THREADS=1 $(OFFSCREEN) $(BIN)/python -m pytest -m jupyter tests/api $(ARGS)

.notebook/nbclient: | environment
	rm -rf .notebook
	$(BIN)/python -m pip install --quiet --only-binary :all: --target .notebook "ipykernel>=6.29,<8" "nbclient>=0.10,<1"

check: environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: environment
	$(BIN)/ruff format .

# OUT=now draws every view in several sizes, and takes every screen in every look and size, with contact sheets and a
# list of texts that are cut, lie over one another, or are shortened; AGAINST=before says which pictures of views are
# not as they were there. ARGS="--screens light --sizes 900x520 --only card" takes a part of the screens alone.
pictures: environment
	OPENBLAS_NUM_THREADS=1 $(OFFSCREEN) $(BIN)/python -m tests.house.pictures --out $(OUT) $(if $(AGAINST),--against $(AGAINST)) $(ARGS)

# The first minute and a half of a window that nobody touches, as an animated picture.
film: environment
	OPENBLAS_NUM_THREADS=1 $(OFFSCREEN) $(BIN)/python -m tests.house.film --out $(OUT)

# What the guide's pages repeat of the program: keys, formulas, sources. ARGS=--pictures draws its pictures anew.
guide: environment
	OPENBLAS_NUM_THREADS=1 $(OFFSCREEN) $(BIN)/python -m tests.house.page_parts $(ARGS)

house: environment
	@$(BIN)/python -m tests.house.figures

# Each file of benchmarks in a process of its own; what they find is kept, and the tables of the README and the guide are
# made of it. DROPOUT_VIZ_BUSY=1 keeps one core busy meanwhile and fills the other column. ARGS="--only window" measures
# a part; `make rivals` first fetches what the program is measured against.
bench: environment
	OPENBLAS_NUM_THREADS=1 $(OFFSCREEN) $(BIN)/python -m tests.benchmarks $(ARGS)

rivals: .oracle/torch .oracle/sklearn

.oracle/sklearn: | .oracle/torch
	$(BIN)/python -m pip install --quiet --only-binary :all: --target .oracle scikit-learn

# What it does is drawn from SEED: the same number does the same things. It ends with what went wrong, and status 1.
monkey: environment
	@$(BIN)/python .ci/system-libraries
	OPENBLAS_NUM_THREADS=1 $(OFFSCREEN) $(BIN)/python -m tests.monkey --seed $(SEED) --actions $(ACTIONS) $(ARGS)

# With both cores: the tests' own default is one thread.
study: environment
	OPENBLAS_NUM_THREADS=$${OPENBLAS_NUM_THREADS:-2} $(OFFSCREEN) $(BIN)/python -m pytest tests/studies -m slow -s $(ARGS)

# A folder that starts where there is no Python: dist/dropout-viz. `.ci/bundle` tries it in an empty root.
BUNDLE := dist/dropout-viz
bundle: .bundle/PyInstaller
	PYTHONPATH=.bundle $(BIN)/python -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build/bundle \
	  resources/bundle/dropout-viz.spec
	strip --strip-unneeded $(BUNDLE)/_internal/libpython*.so* || true
	mkdir -p $(BUNDLE)/share
	cp resources/bundle/dropout-viz.desktop resources/bundle/dropout-viz.xml resources/icons/dropout-viz.svg $(BUNDLE)/share/
	cp resources/bundle/add-to-menu LICENSE $(BUNDLE)/
	@du -sm $(BUNDLE) | cut -f1 | sed 's|$$| MiB in $(BUNDLE)|'

.bundle/PyInstaller: | environment
	rm -rf .bundle
	$(BIN)/python -m pip install --quiet --only-binary :all: --target .bundle "pyinstaller>=6.11,<7"

wheel: environment
	$(BIN)/python -m build --wheel --no-isolation

# For maintainers, with uv installed: renew the lock within pyproject.toml's ranges.
lock:
	uv pip compile pyproject.toml --extra dev -c .ci/lock-constraints.txt -o requirements.lock --upgrade --universal \
	  --python-version 3.11 --fork-strategy fewest --generate-hashes --no-emit-index-url --no-header

environment:
	@PYTHON="$(PYTHON)" sh .ci/environment

clean:
	rm -rf .venv .oracle .notebook .bundle build dist snapshots .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
