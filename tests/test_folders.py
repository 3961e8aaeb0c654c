"""A folder appears whole or not at all."""

import pytest

from parecon.base.errors import BadInput
from parecon.base.folders import Taken, claimed, partial_of, replacing, whole


def test_nothing_appears_when_writing_fails(tmp_path):
    out = tmp_path / "hall"
    with pytest.raises(ZeroDivisionError), whole(out) as folder:  # noqa: PT012 (what is tested is the block)
        (folder / "half.txt").write_text("half")
        assert not out.exists()
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_what_is_there_stays_as_it_is(tmp_path):
    (tmp_path / "hall").mkdir()
    (tmp_path / "hall" / "key.txt").write_text("ours")
    with pytest.raises(Taken), whole(tmp_path / "hall"):
        pass
    assert (tmp_path / "hall" / "key.txt").read_text() == "ours"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "hall").mkdir()
    with whole(tmp_path / "hall") as folder:
        (folder / "key.txt").write_text("new")
    assert (tmp_path / "hall" / "key.txt").read_text() == "new"


def test_a_claim_keeps_others_out_until_it_ends(tmp_path):
    out = tmp_path / "hall"
    with claimed(out):
        with pytest.raises(Taken), claimed(out):
            pass
        assert partial_of(out).is_dir()
    with claimed(out):
        pass
    assert not partial_of(out).exists()


def test_a_dangling_link_is_taken(tmp_path):
    (tmp_path / "hall").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Taken), claimed(tmp_path / "hall"):
        pass


def test_a_place_where_no_folder_can_be_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="a place where this program may write"), claimed(tmp_path / "file" / "hall"):
        pass


def test_a_file_is_replaced_in_one_step_or_not(tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(note) as new:  # noqa: PT012 (what is tested is the block)
        new.write(b"half")
        raise ZeroDivisionError
    assert note.read_text() == "old"
