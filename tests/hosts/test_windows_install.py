"""The add-in's installation for a user of Windows, in folders of the tests' own."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from llmcost_xl import __version__
from llmcost_xl.hosts.windows import addin, install, settings
from llmcost_xl.hosts.windows.install import InstallError, Places

if TYPE_CHECKING:
    from collections.abc import Callable

    from commandline import Run

PYTHON = r"C:\Users\ada\venv\Scripts\python.exe"
NO_CONDA: dict[str, str] = {}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return addin.build(tmp_path_factory.mktemp("built") / addin.FILE_NAME)


@pytest.fixture
def places(tmp_path: Path, built: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A user's folders; the add-in is built once for all tests, which takes a second."""
    monkeypatch.setattr(install, "build", lambda path: Path(shutil.copyfile(built, path)))
    environment = {"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)}
    return Places.of(environment)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# -- installing and removing -------------------------------------------------------------------------------------


def test_installing_leaves_the_add_in_and_its_settings_and_nothing_else(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.delenv("XLWINGS_ON_SERVER", raising=False)
    places = Places.of({"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)})
    said = install.install(places, PYTHON, NO_CONDA)
    assert sorted(everything(tmp_path)) == [
        ".llmcost-xl/llmcost-xl.conf",
        "Roaming/Microsoft/Excel/XLSTART/llmcost-xl.xlam",
    ]
    assert addin.package_version(places.addin) == __version__
    assert places.settings.read_bytes() == f'"INTERPRETER_WIN","{PYTHON}"\r\n'.encode()
    assert said == [f"add-in installed: {places.addin}", f"settings written: {places.settings}"]


def test_the_settings_are_those_that_the_add_in_reads(built: Path) -> None:
    """Its VBA looks for a file named for its project, and asks its own sheet first."""
    assert settings.settings_path(Path("/home")) == Path("/home/.llmcost-xl/llmcost-xl.conf")
    assert 'PROJECT_NAME As String = "llmcost-xl"' in addin.xlwings_module()
    assert not set(settings.OUR_KEYS) & set(addin.settings(built)), "the sheet would hide the user's setting"


def test_excel_starting_meanwhile_finds_no_half_file(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would load whatever lies in its start folder."""
    finished = install.build

    def build(path: Path) -> Path:
        assert places.addin.parent not in path.parents
        return finished(path)

    monkeypatch.setattr(install, "build", build)
    install.install(places, PYTHON, NO_CONDA)
    assert [path.name for path in places.addin.parent.parent.iterdir()] == ["XLSTART"]


def test_installing_twice_is_installing_once(tmp_path: Path, places: Places) -> None:
    install.install(places, PYTHON, NO_CONDA)
    once = everything(tmp_path)
    said = install.install(places, PYTHON, NO_CONDA)
    assert everything(tmp_path) == once
    assert said == [f"add-in replaced: {places.addin}", f"settings unchanged: {places.settings}"]


def test_settings_of_the_users_own_stay_and_come_back(tmp_path: Path, places: Places) -> None:
    places.settings.parent.mkdir()
    own = '"SHOW CONSOLE","True"\n"interpreter_win","D:\\Python\\python.exe"\nTEMP DIR, "D:\\Temp"\n'
    places.settings.write_text(own)
    said = install.install(places, PYTHON, NO_CONDA)
    assert settings.read_settings(places.settings) == {
        "SHOW CONSOLE": "True",
        "TEMP DIR": r"D:\Temp",
        "INTERPRETER_WIN": PYTHON,
    }
    (backup,) = places.settings.parent.glob("*.before-llmcost-xl")
    assert backup.read_text() == own
    assert f"the settings that were there: {backup}" in said
    install.install(places, r"E:\other\python.exe", NO_CONDA)
    assert backup.read_text() == own, "what we wrote ourselves is nothing to come back to"
    assert install.uninstall(places) == [
        f"add-in removed: {places.addin}",
        f"settings of your own kept: {places.settings}",
    ]
    assert settings.read_settings(places.settings) == settings.read_settings(_written(tmp_path / "own", own))
    assert not backup.exists()


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_uninstalling_leaves_nothing_of_ours(tmp_path: Path, places: Places) -> None:
    install.install(places, PYTHON, NO_CONDA)
    other = _written(places.addin.with_name("PERSONAL.XLSB"), "somebody else's")
    said = install.uninstall(places)
    assert said == [f"add-in removed: {places.addin}", f"settings removed: {places.settings}"]
    assert everything(tmp_path) == {str(other.relative_to(tmp_path)): b"somebody else's"}
    assert not places.settings.parent.exists()
    assert install.uninstall(places) == []


def test_settings_with_letters_the_code_page_lacks_are_refused_before_anything_changes(
    tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "_encoding", lambda: "cp1252")
    with pytest.raises(OSError, match="cannot hold 'Ł'"):
        install.install(places, r"C:\Users\Łukasz\python.exe", NO_CONDA)
    assert everything(tmp_path) == {}
    install.install(places, r"C:\Users\José\python.exe", NO_CONDA)
    assert b"Jos\xe9" in places.settings.read_bytes()


def test_on_windows_the_settings_are_in_the_code_page_that_vba_reads(places: Places, monkeypatch: Any) -> None:
    """That of the system, also where Python's own default is UTF-8."""
    monkeypatch.setattr(settings, "os", SimpleNamespace(name="nt"))
    monkeypatch.setattr("locale.getencoding", lambda: "cp1250")
    settings.add_ours(places.settings, {"INTERPRETER_WIN": r"C:\Users\Łukasz\python.exe"})
    assert places.settings.read_bytes() == '"INTERPRETER_WIN","C:\\Users\\Łukasz\\python.exe"\r\n'.encode("cp1250")
    assert settings.read_settings(places.settings) == {"INTERPRETER_WIN": r"C:\Users\Łukasz\python.exe"}


@pytest.mark.parametrize(
    ("python", "environment", "expected"),
    [
        (PYTHON, {"CONDA_EXE": r"C:\conda\Scripts\conda.exe"}, {"INTERPRETER_WIN": PYTHON}),
        (
            r"C:\conda\envs\money\python.exe",
            {
                "CONDA_EXE": r"C:\conda\Scripts\conda.exe",
                "CONDA_DEFAULT_ENV": "money",
                "CONDA_PREFIX": r"C:\conda\envs\money",
            },
            {"CONDA PATH": r"C:\conda", "CONDA ENV": "money"},
        ),
        (
            r"C:\conda\python.exe",
            {"CONDA_EXE": r"c:\conda\Scripts\conda.exe", "CONDA_DEFAULT_ENV": "base", "CONDA_PREFIX": r"C:\Conda"},
            {"CONDA PATH": r"c:\conda", "CONDA ENV": "base"},
        ),
        (
            r"C:\Users\ada\.conda\envs\money\python.exe",  # of an Anaconda that everybody shares
            {
                "CONDA_EXE": r"C:\ProgramData\conda\Scripts\conda.exe",
                "CONDA_DEFAULT_ENV": "money",
                "CONDA_PREFIX": r"C:\Users\ada\.conda\envs\money",
            },
            {"CONDA PATH": r"C:\ProgramData\conda", "CONDA ENV": r"C:\Users\ada\.conda\envs\money"},
        ),
        (
            PYTHON,  # a virtual environment, used while an Anaconda environment is active
            {"CONDA_EXE": r"C:\conda\Scripts\conda.exe", "CONDA_DEFAULT_ENV": "base", "CONDA_PREFIX": r"C:\conda"},
            {"INTERPRETER_WIN": PYTHON},
        ),
    ],
)
def test_anaconda_is_named_by_its_environment(
    python: str, environment: dict[str, str], expected: dict[str, str]
) -> None:
    assert settings.needed(python, environment) == expected
    assert settings.python_named(expected).lower() == python.lower()


def test_changing_from_anaconda_leaves_no_setting_of_it(places: Places) -> None:
    settings.add_ours(places.settings, {"CONDA PATH": r"C:\conda", "CONDA ENV": "money"})
    settings.add_ours(places.settings, {"INTERPRETER_WIN": PYTHON})
    assert settings.read_settings(places.settings) == {"INTERPRETER_WIN": PYTHON}


# -- when Excel has the file open, or something fails --------------------------------------------------------------


def refusing(*_: Any, **__: Any) -> None:
    raise PermissionError(13, "The process cannot access the file because it is being used by another process")


def lock_beside(places: Places, _: pytest.MonkeyPatch) -> None:
    places.addin.with_name("~$llmcost-xl.xlam").write_bytes(b"")


def held_open(_: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows answers for a file that Excel holds."""
    monkeypatch.setattr(Path, "open", refusing)


def not_replaceable(_: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file that Excel opens only now."""
    replace, unlink = Path.replace, Path.unlink
    monkeypatch.setattr(Path, "replace", lambda path, to: refusing() if to.suffix == ".xlam" else replace(path, to))
    monkeypatch.setattr(
        Path, "unlink", lambda path, **how: refusing() if path.suffix == ".xlam" else unlink(path, **how)
    )


ACTIONS = {
    "install": lambda places: install.install(places, "C:\\new\\python.exe", NO_CONDA),
    "uninstall": install.uninstall,
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("excel", [lock_beside, held_open, not_replaceable])
def test_while_excel_has_the_add_in_open_nothing_changes(
    action: str,
    excel: Callable[[Places, pytest.MonkeyPatch], None],
    tmp_path: Path,
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install.install(places, PYTHON, NO_CONDA)
    before = everything(tmp_path)
    with monkeypatch.context() as patched:
        excel(places, patched)
        with pytest.raises(InstallError, match="in use: close every window of Excel and try again"):
            ACTIONS[action](places)
    places.addin.with_name("~$llmcost-xl.xlam").unlink(missing_ok=True)
    assert everything(tmp_path) == before


def test_a_failure_at_the_last_step_puts_everything_back(
    tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def replace(path: Path, to: Path) -> Path:
        if to.suffix == ".xlam":
            raise OSError(28, "No space left on device", str(to))
        return real(path, to)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OSError, match="No space left"):
        install.install(places, PYTHON, NO_CONDA)
    assert everything(tmp_path) == {}
    assert not places.settings.parent.exists()


def test_settings_that_cannot_be_written_leave_nothing_behind(
    tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _: bytes) -> int:
        path.open("wb").close()
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        install.install(places, PYTHON, NO_CONDA)
    assert everything(tmp_path) == {}
    assert not places.settings.parent.exists()


def test_a_build_that_fails_changes_nothing(tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "build", refusing)
    with pytest.raises(PermissionError):
        install.install(places, PYTHON, NO_CONDA)
    assert everything(tmp_path) == {}
    assert list(places.addin.parent.parent.iterdir()) == [places.addin.parent]


@pytest.mark.parametrize(
    ("environment", "missing"),
    [({"USERPROFILE": "C:\\"}, "APPDATA"), ({"APPDATA": "C:\\", "USERPROFILE": ""}, "USERPROFILE")],
)
def test_without_a_users_folders_it_says_which_variable_is_missing(environment: dict[str, str], missing: str) -> None:
    with pytest.raises(InstallError, match=f"{missing} is not set"):
        Places.of(environment)


# -- the command line ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["install", "uninstall"])
def test_elsewhere_than_on_windows_it_says_what_to_use_instead(command: str, run: Run) -> None:
    code, out, error = run("addin", command)
    assert (code, out) == (2, "")
    assert error.count("\n") == 1
    assert "Windows only" in error
    assert "llmcost-xl serve" in error
    assert "LibreOffice" in error


def test_on_windows_the_commands_say_what_they_did(
    tmp_path: Path, places: Places, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr("sys.executable", PYTHON)
    monkeypatch.setenv("APPDATA", str(tmp_path / "Roaming"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    code, out, error = run("addin", "install")
    assert (code, out) == (0, f"Add-in installed: {places.addin}\nSettings written: {places.settings}\n")
    assert "llmcost-xl addin doctor" in error
    assert settings.read_settings(places.settings) == {"INTERPRETER_WIN": PYTHON}
    lock = places.addin.with_name("~$llmcost-xl.xlam")
    lock.touch()
    for command in ("install", "uninstall"):
        code, out, error = run("addin", command)
        assert (code, out, error.count("\n")) == (5, "", 1)
        assert "close every window of Excel" in error
    lock.unlink()
    assert run("addin", "uninstall")[:2] == (
        0,
        f"Add-in removed: {places.addin}\nSettings removed: {places.settings}\n",
    )
    assert run("addin", "uninstall")[:2] == (0, "Nothing to remove: the add-in is not installed\n")


def test_build_writes_the_file_everywhere_and_overwrites_only_when_told(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "ours.xlam"
    assert run("addin", "build", "-o", str(path))[0] == 0
    assert addin.package_version(path) == __version__
    code, _, error = run("addin", "build", "-o", str(path))
    assert code == 5
    assert "--force" in error
    assert run("addin", "build", "-o", str(path), "--force", "--python", r"%LOCALAPPDATA%\p\python.exe")[0] == 0
    assert addin.settings(path)["INTERPRETER_WIN"] == r"%LOCALAPPDATA%\p\python.exe"
