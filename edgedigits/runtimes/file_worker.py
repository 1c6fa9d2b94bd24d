"""What a process answers that has opened a TFLite file: pictures, handed over in either form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.bundle.input_contract import InputContract
from edgedigits.runtimes import quantization
from edgedigits.runtimes.processes.messages import Message, Payload


class OpenedFile(ABC):
    """A file in an interpreter, whose input is `taken`; asked by `file_process`."""

    taken: Tensor

    def answer(self, stored: Payload, dtype: str, shape: list[int]) -> Message:
        """The stored answers to stored pictures, `shape` `[N, *input shape]`, one at a time."""
        return {}, self.answers(np.frombuffer(stored, dtype).reshape(shape))

    def answer_pictures(
        self, images: Payload, shape: list[int], pixels: dict[str, Any], tensor: dict[str, Any]
    ) -> Message:
        """The same to pictures `shape`, `uint8 [N, *form.shape]`, and what is to become of them."""
        contract, told = InputContract.from_json(pixels), Tensor.from_json(tensor)
        stored = quantization.stored(np.frombuffer(images, np.uint8).reshape(shape), contract, told)
        return {}, self.answers(quantization.as_taken(stored, self.taken))

    @abstractmethod
    def answers(self, pictures: NDArray[Any]) -> bytes:
        """The stored answers to stored pictures `[N, *input shape]`, one after another."""
