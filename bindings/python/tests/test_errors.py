"""What goes wrong, and how it is told."""

import pm
import pytest


def test_given_each_code_when_looked_up_then_there_is_an_exception_of_its_own(ada: pm.Session) -> None:
    kinds = {kind for kind in vars(pm.errors).values() if isinstance(kind, type) and issubclass(kind, pm.PmError)}
    variants = {kind for kind in vars(pm.PmError).values() if isinstance(kind, type)}
    assert kinds - {pm.PmError} == variants


def test_given_a_stale_version_when_changed_then_the_entity_as_it_is_comes_with_the_refusal(ada: pm.Session) -> None:
    ada.create_item("PM", "task", "One")
    ada.update_item("PM-1", title="Two")
    with pytest.raises(pm.errors.Conflict) as refused:
        ada.update_item("PM-1", title="Three", expected_version=1)
    current = refused.value.current
    assert isinstance(current, pm.Entity.WORK_ITEM)
    assert (current.value.title, current.value.version) == ("Two", 2)


def test_given_a_cycle_when_closed_then_the_path_comes_with_the_refusal(ada: pm.Session) -> None:
    ada.create_item("PM", "task", "One")
    ada.create_item("PM", "task", "Two")
    ada.block("PM-1", "PM-2")
    with pytest.raises(pm.errors.Cycle) as refused:
        ada.block("PM-2", "PM-1")
    path = [step.key for step in refused.value.path if isinstance(step, pm.PathStep.ITEM)]
    assert sorted(path) == ["PM-1", "PM-2"]
    assert refused.value.code() == "cycle"
    assert str(refused.value).startswith("cycle: ")


@pytest.mark.parametrize("hostile", ["", "x", "PM-1", "\0", "🎉" * 36, "x" * 100_000])
def test_given_text_that_is_no_id_when_passed_then_it_is_invalid_and_nothing_else(
    ada: pm.Session, hostile: str
) -> None:
    with pytest.raises(pm.errors.Invalid):
        ada.create_item("PM", "task", "One", id=hostile)
    with pytest.raises(pm.errors.Invalid):
        ada.feed(projects=[hostile])
    with pytest.raises(pm.errors.Invalid):
        ada.execute(pm.Change.STOP_TIMER(), command_id=hostile + " ")


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1.0, 1e9])
def test_given_points_that_are_no_number_of_points_when_passed_then_they_are_invalid(
    ada: pm.Session, wrong: float
) -> None:
    with pytest.raises(pm.errors.Invalid) as refused:
        ada.create_item("PM", "task", "One", points=wrong)
    assert refused.value.field == "points"


def test_given_values_of_another_type_when_passed_then_python_says_so_and_the_engine_lives(ada: pm.Session) -> None:
    for wrong in (3, None, b"bytes", object()):
        with pytest.raises((TypeError, AttributeError, ValueError)):
            ada.create_item("PM", "task", wrong)  # type: ignore[arg-type]
    with pytest.raises((TypeError, ValueError, OverflowError)):
        ada.create_item("PM", "task", "One", estimate=2**70)
    assert ada.create_item("PM", "task", "Fine").key == "PM-1"


def test_given_lone_surrogates_when_passed_then_python_says_so(ada: pm.Session) -> None:
    with pytest.raises(UnicodeEncodeError):
        ada.create_item("PM", "task", "half \ud83d")


def test_given_a_second_process_when_it_opens_the_tenant_then_it_is_locked(engine: pm.Engine, tmp_path: object) -> None:
    engine.tenant_or_create("acme")
    other = pm.Engine(f"{tmp_path}/data")
    with pytest.raises(pm.errors.Locked) as refused:
        other.tenant("acme")
    assert refused.value.holder.startswith("process ")
    other.close()
