"""The same company and messages as the tests of answering."""

from tests.answering.conftest import bank, say

__all__ = ["bank", "say"]
