"""What is no table, told by its first bytes, and what helps."""

from __future__ import annotations

import re

from linreg_core.errors import LinregError

HEAD_BYTES = 512
"""By so many bytes it is told."""

_PACKED = "unpack it first"
_EXPORT = "open it where it was made, and export the table as CSV"
_KINDS: tuple[tuple[bytes, str, str, str], ...] = (
    (rb"\x1f\x8b", "compressed", "a gzip file", _PACKED),
    (rb"PK\x03\x04.{0,480}?(\[Content_Types|xl/|docProps)", "binary", "an Excel file", _EXPORT),
    (rb"PK\x03\x04.{0,480}?opendocument", "binary", "an OpenDocument file", _EXPORT),
    (rb"PK\x03\x04", "compressed", "a zip file", _PACKED),
    (rb"BZh[1-9]1AY&SY", "compressed", "a bzip2 file", _PACKED),
    (rb"\xfd7zXZ\x00", "compressed", "a xz file", _PACKED),
    (rb"7z\xbc\xaf\x27\x1c", "compressed", "a 7z file", _PACKED),
    (rb"\x28\xb5\x2f\xfd", "compressed", "a zstd file", _PACKED),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "binary", "an old Excel file", _EXPORT),
    (rb"%PDF-", "binary", "a PDF", "copy the table into a spreadsheet, and export it as CSV"),
    (rb"SQLite format 3\x00", "binary", "an SQLite database", "export one of its tables as CSV"),
    (rb"\x89HDF\r\n\x1a\n", "binary", "an HDF5 file", "export the table as CSV or Parquet"),
    (rb"\x93NUMPY", "binary", "a NumPy array", "write it with numpy.savetxt"),
    (rb"ARROW1|FEA1", "binary", "an Arrow file", "write the table as Parquet"),
    (rb"RDX[23]|RDA[23]", "binary", "an R workspace", "write the table with write.csv"),
    (rb"\s*<(!doctype html|html|head|body|table)\b", "not-a-table", "an HTML page", "download "
     "the file itself (on GitHub: Raw), or export the table as CSV"),
    (rb"\s*<\?xml|\s*<[a-z][\w:.-]*[^<]*>\s*<", "not-a-table", "XML", _EXPORT),
    (rb"version https://git-lfs\.github\.com/spec", "not-a-table", "a Git LFS pointer, not the "
     "file itself", "fetch that with git lfs pull"),
    (rb"\s*@relation\b|\s*(%[^\n]*\n\s*)+@relation\b", "not-a-table", "an ARFF file", "write the "
     "names into one line, and leave out the lines that begin with @ or %"),
    (rb'\s*(\{\s*("|\})|\[\s*[\[{]|\[\s*("|[0-9.-]+\s*,)[^\n]*\]?\s*$)', "no-rows", "JSON",
     "write the table as CSV, with pandas.read_json say"),
)  # fmt: skip
"""Pattern of the beginning, code, what it is, what helps; the first that fits counts."""


def refuse_what_is_no_table(head: bytes) -> None:
    """Refuse a file that is something else.

    Args:
        head: its first `HEAD_BYTES`, or all that there are, without a byte order mark.

    Raises:
        LinregError: "compressed", "binary", "not-a-table"; of JSON "no-rows".
    """
    for pattern, code, what, helps in _KINDS:
        if re.match(pattern, head, re.IGNORECASE | re.DOTALL):
            raise LinregError(code, f"this is {what}, not a table; {helps}")
