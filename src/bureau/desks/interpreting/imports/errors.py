"""How a data set can fail to be there, in the words of the contract."""

from __future__ import annotations

from bureau.kernel.errors import BureauError


class DataSetProblem(BureauError):
    """A data set cannot be read, and trying again will not help."""

    code = "DATASET_UNREADABLE"
    status = 400
    default_message = "The data set cannot be read."


class DataSetGated(DataSetProblem):
    """Its owners want to know who reads it."""

    code = "GATED_DATASET"

    @classmethod
    def of(cls, repository: str) -> DataSetGated:
        """With what to do."""
        return cls(
            f"{repository} is a gated dataset. 1. Sign in at "
            f"https://huggingface.co/datasets/{repository} and accept its terms. 2. Make a token with "
            "read access at https://huggingface.co/settings/tokens. 3. Set HF_TOKEN, or give the "
            "command --hf-token."
        )


class DataSetUnreachable(DataSetProblem):
    """The hub did not answer; another try may help."""

    code = "NETWORK_ERROR"
    status = 503
    temporary = True
    default_message = "The data set's server cannot be reached. Check the network and try again."


class LibraryMissing(DataSetProblem):
    """The extra is not installed."""

    code = "NOT_INSTALLED"
    status = 503
    default_message = "Reading data sets needs the extra: pip install 'bureau[datasets]'."
