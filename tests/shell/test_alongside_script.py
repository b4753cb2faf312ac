"""./alongside itself: run as on a fresh machine, with stand-ins for what would take half a minute."""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from service.settings import PROJECT

REAL_PYTHON = sys._base_executable  # type: ignore[attr-defined]
TOOLS = ("cat", "cksum", "cut", "dirname", "basename", "env", "grep", "head", "ls", "mkdir", "mktemp", "readlink", "rm",
         "sed", "sh", "sleep", "tail")  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A project folder and a PATH of its own: the usual tools, a real Python, and a uv that notes what it is asked."""
    project, tools = tmp_path / "project", tmp_path / "bin"
    for folder in (project / "service" / "cli", tools, tmp_path / "home"):
        folder.mkdir(parents=True)
    shutil.copy(PROJECT / "alongside", project / "alongside")
    (project / "requirements.lock").write_text("one==1\n")
    (project / "requirements-test.lock").write_text("one==1\ntwo==2\n")
    (project / "service" / "__init__.py").touch()
    (project / "service" / "cli" / "__init__.py").touch()
    (project / "service" / "cli" / "__main__.py").write_text("import sys; print('ran', *sys.argv[1:]); print(sys.path[0])")
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or "/bin/false")
    write(tools / "python3", f'exec {REAL_PYTHON} "$@"')
    write(
        tools / "uv",
        f"""
[ "$1" = --version ] && exit
echo "$@" >> {tmp_path}/uv-log
[ ! -e {tmp_path}/slow ] || sleep 1""",
    )
    return tmp_path


def write(path: Path, script: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def environment(machine: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(machine / "home"), "PATH": str(machine / "bin"), "TMPDIR": str(machine), **more}


def start(machine: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [machine / "project" / "alongside", *arguments],
        env=environment(machine, **more), cwd=machine, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def without_pip(machine: Path) -> dict[str, str]:
    """Makes a Python as bare Debian ships it: without ensurepip and without pip."""
    bare = machine / "bare"
    bare.mkdir()
    for name in ("ensurepip", "pip"):
        (bare / f"{name}.py").write_text(f"raise ModuleNotFoundError('No module named {name}')")
    return {"PYTHONPATH": str(bare)}


def installs(machine: Path) -> list[str]:
    """The list that each installation so far was made from."""
    log = machine / "uv-log"
    return re.findall(r"-r \S*/(\S+)", log.read_text()) if log.exists() else []


def test_the_first_start_sets_up_says_so_and_runs_the_command(machine):
    done = start(machine, "people", "list")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "ran people list"
    assert "Setting up Alongside with Python 3." in done.stderr
    assert "1 libraries, each checked against requirements.lock" in done.stderr
    assert "--compile-bytecode --require-hashes" in (machine / "uv-log").read_text()


def test_the_second_start_is_silent_and_takes_no_time(machine):
    start(machine)
    began = time.monotonic()
    done = start(machine)
    assert (done.stderr, installs(machine)) == ("", ["requirements.lock"])
    assert time.monotonic() - began < 0.5


def test_a_changed_list_is_installed_again(machine):
    start(machine)
    (machine / "project" / "requirements.lock").write_text("one==2\n")
    assert start(machine).returncode == 0
    assert installs(machine) == ["requirements.lock"] * 2


def test_the_tests_have_a_list_of_their_own_which_is_enough_for_the_rest(machine):
    start(machine, "test")
    start(machine, "run")
    assert installs(machine) == ["requirements-test.lock"]


def test_the_list_for_the_tests_has_everything_of_the_list_for_running():
    ours, tests = (pins((PROJECT / name).read_text()) for name in ("requirements.lock", "requirements-test.lock"))
    assert len(ours) > 20
    assert ours <= tests


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^\S+==[^\s\\;]+", lock, re.MULTILINE))


def test_an_installation_that_failed_says_why_and_is_tried_again(machine):
    write(machine / "bin" / "uv", '[ "$1" = --version ] || { echo no route to the registry; exit 2; }')
    done = start(machine, **without_pip(machine))
    assert done.returncode == 1
    assert "no route to the registry" in done.stderr
    assert "could not be installed" in done.stderr
    assert done.stdout == ""
    write(machine / "bin" / "uv", "exit 0")
    assert start(machine).returncode == 0


def test_a_start_that_was_killed_in_the_middle_is_done_again_from_the_beginning(machine):
    (machine / "slow").touch()
    process = subprocess.Popen([machine / "project" / "alongside"], env=environment(machine),
                               stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    unfinished = machine / "project" / ".venv" / "alongside-unfinished"
    deadline = time.monotonic() + 20
    while not (unfinished.exists() and installs(machine)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (machine / "project" / ".venv" / "half-a-library").touch()
    (machine / "slow").unlink()
    assert start(machine).returncode == 0
    assert not (machine / "project" / ".venv" / "half-a-library").exists()
    assert not unfinished.exists()


def test_two_starts_at_once_install_once_and_both_run(machine):
    (machine / "slow").touch()
    started = [
        subprocess.Popen([machine / "project" / "alongside", str(number)], env=environment(machine),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for number in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0]
    assert [out.splitlines()[0] for out, _ in said] == ["ran 0", "ran 1"]
    assert installs(machine) == ["requirements.lock"]


@pytest.mark.parametrize(
    "shim",
    [
        "echo 'pyenv: python3: command not found' >&2; exit 127",
        f'exec {REAL_PYTHON} -c "import sys; sys.exit(1)"',
        "exit 1",
    ],
)
def test_a_shim_that_lies_is_passed_over_for_a_python_that_runs(machine, shim):
    write(machine / "bin" / "python3", shim)
    write(machine / "bin" / "python3.11", f'exec {REAL_PYTHON} "$@"')
    assert start(machine).returncode == 0


def test_a_python_that_is_too_old_is_named_and_refused(machine):
    write(machine / "bin" / "python3", '[ "$1" = -V ] && echo Python 3.9.2 && exit 0; [ "$2" = pass ]')
    done = start(machine)
    assert done.returncode == 1
    assert "no Python of 3.11 or newer" in done.stderr
    assert "sudo apt-get install python3 python3-venv" in done.stderr
    assert "Python 3.9.2, which is too old" in done.stderr


def test_a_machine_without_python_is_told_what_to_install(machine):
    (machine / "bin" / "python3").unlink()
    done = start(machine)
    assert done.returncode == 1
    assert "Install one and start again" in done.stderr


def test_a_python_without_its_venv_package_is_told_which_package_to_install(machine):
    (machine / "bin" / "uv").unlink()
    done = start(machine, **without_pip(machine))
    assert done.returncode == 1
    assert f"apt-get install python3.{sys.version_info.minor}-venv" in done.stderr
    assert not (machine / "project" / ".venv").exists()


def test_a_folder_of_somebody_elses_is_never_taken_for_the_libraries(machine):
    (machine / "home" / "letters").mkdir()
    (machine / "home" / "letters" / "mother.txt").touch()
    done = start(machine, ALONGSIDE_VENV=str(machine / "home" / "letters"))
    assert done.returncode == 1
    assert "is not a virtual environment" in done.stderr
    assert (machine / "home" / "letters" / "mother.txt").exists()


def test_the_libraries_can_stand_elsewhere(machine):
    assert start(machine, ALONGSIDE_VENV="libraries").returncode == 0
    assert (machine / "libraries" / "bin" / "python").exists()
    assert not (machine / "project" / ".venv").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write everywhere")
def test_where_its_folder_can_not_be_written_the_users_cache_is_used(machine):
    (machine / "project").chmod(0o555)
    done = start(machine)
    (machine / "project").chmod(0o755)
    assert done.returncode == 0
    assert list((machine / "home" / ".cache" / "alongside").glob("venv-*"))


def test_a_link_to_the_script_runs_the_project_that_it_stands_in(machine):
    (machine / "bin" / "alongside").symlink_to("../project/alongside")
    done = subprocess.run([machine / "bin" / "alongside", "x"], env=environment(machine), capture_output=True, text=True)
    assert done.stdout.splitlines() == ["ran x", str(machine / "project")]


def test_a_service_in_the_folder_one_stands_in_is_not_taken_for_ours(machine):
    (machine / "service").mkdir()
    (machine / "service" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    assert start(machine).returncode == 0


def test_input_is_left_for_the_command(machine):
    (machine / "project" / "service" / "cli" / "__main__.py").write_text("print(input())")
    done = subprocess.run([machine / "project" / "alongside"], env=environment(machine), input="kept\n",
                          capture_output=True, text=True)  # fmt: skip
    assert done.stdout == "kept\n"


def test_help_starts_at_once_on_the_real_project():
    ready = {**os.environ, "PYTHONPATH": str(PROJECT)}
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-P", "-m", "service.cli", "--help"], env=ready, capture_output=True, text=True)
    assert done.returncode == 0
    assert "Run the service for real" in done.stdout
    assert time.monotonic() - began < 1.0


def test_the_scripts_can_be_executed():
    for name in ("alongside", ".ci/run"):
        assert (PROJECT / name).stat().st_mode & stat.S_IXUSR
