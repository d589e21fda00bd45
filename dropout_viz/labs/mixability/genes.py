"""Genes and sex: two loci, haploid, an endless population; many fitness landscapes side by side. NumPy only.

After Livnat, Papadimitriou, Dushoff and Feldman, A mixability theory for the role of sex in evolution, PNAS 105 (2008).
A genotype (i, j) has allele i at the first locus and j at the second. Its fitness is a number of its own, so that an
allele is good or bad only in company. One generation is selection, then recombination: an offspring has both alleles of
one parent with chance 1-r, and with chance r one allele of each of two parents.

An allele's mixability is the mean fitness of the genotypes that hold it, each partner counted alike, however rare. A
population's is the mean over its alleles by their frequencies, and over the two loci.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Generation(NamedTuple):
    """One generation, before selection: ``frequencies`` (landscapes, first, second) add up to 1 in each landscape.

    ``mixability``, ``fitness``: of the population, (landscapes,) each; fitness is the mean over its genotypes.
    """

    number: int
    frequencies: Array
    mixability: Array
    fitness: Array


def landscapes(count: int, alleles: int, seed: int) -> Array:
    """Return fitnesses, uniform on [0, 1), (count, alleles, alleles). More landscapes begin with the same ones."""
    return np.random.default_rng(seed).random((count, alleles, alleles))


def generations(fitness: Array, recombination: float) -> Iterator[Generation]:
    """Yield generation after generation, without end; in generation 0 all genotypes are equally frequent.

    Args:
        fitness: of each genotype, positive, (landscapes, first, second).
        recombination: r, 0 (asexual: offspring are copies) to 0.5 (every locus from either parent).
    """
    p = np.full(fitness.shape, 1.0 / (fitness.shape[1] * fitness.shape[2]))
    number = 0
    while True:
        yield Generation(number, p, mixability(p, fitness), (p * fitness).sum(axis=(1, 2)))
        p = recombined(selected(p, fitness), recombination)
        number += 1


def selected(frequencies: Array, fitness: Array) -> Array:
    """Return the frequencies after selection: each genotype leaves offspring in proportion to its fitness."""
    p = frequencies * fitness
    return np.asarray(p / p.sum(axis=(1, 2), keepdims=True))


def recombined(frequencies: Array, recombination: float) -> Array:
    """Return the frequencies after recombination among random pairs of parents, (landscapes, first, second)."""
    first, second = frequencies.sum(axis=2, keepdims=True), frequencies.sum(axis=1, keepdims=True)
    return np.asarray((1 - recombination) * frequencies + recombination * first * second)


def mixability(frequencies: Array, fitness: Array) -> Array:
    """Return each population's mixability, (landscapes,)."""
    first = (frequencies.sum(axis=2) * fitness.mean(axis=2)).sum(axis=1)
    second = (frequencies.sum(axis=1) * fitness.mean(axis=1)).sum(axis=1)
    return np.asarray((first + second) / 2)
