"""A file that comes with a form is measured while it arrives, before it fills the disk."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from roi_project.intake.uploads import MOST_BYTES


class WithinLimit(FileUploadHandler):
    """Stands before Django's own handlers and passes on what they store."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.so_far = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.so_far += len(raw_data)
        if self.so_far > MOST_BYTES:
            raise RequestDataTooBig(f"A file may have at most {MOST_BYTES // 1024**2} MB.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
