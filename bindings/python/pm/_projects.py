"""Commands about the tenant, its users, projects and members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from . import _native as native
from ._convert import word
from ._patch import UNSET, Unset, patch, seconds_change, word_change
from ._sender import Made, Sender


class ProjectCommands(Sender):
    """Commands about the tenant, its users, projects and members."""

    def update_tenant_settings(
        self,
        *,
        timer_cap: timedelta | int | Unset = UNSET,
        timer_cap_policy: native.TimerCapPolicy | str | Unset = UNSET,
        overlap_policy: native.OverlapPolicy | str | Unset = UNSET,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Changes the settings of the tenant; for its admins. What is left out stays."""
        changes = patch(
            native.TenantSettingChange,
            timer_cap_seconds=seconds_change(timer_cap),
            timer_cap_policy=word_change(native.TimerCapPolicy, timer_cap_policy),
            overlap_policy=word_change(native.OverlapPolicy, overlap_policy),
        )
        change = native.Change.UPDATE_TENANT_SETTINGS(changes=changes)
        return self._one(change, command_id, expected_version)

    def update_user(
        self,
        user: str,
        *,
        name: str | None | Unset = UNSET,
        email: str | None | Unset = UNSET,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Changes a profile: one's own, or as an admin of the tenant anybody's. What is left out stays, `None` clears."""
        changes = patch(native.UserChange, name=name, email=email)
        return self._one(native.Change.UPDATE_USER(user=user, changes=changes), command_id, expected_version)

    def create_project(
        self,
        key: str,
        title: str,
        *,
        description: str = "",
        visibility: native.Visibility | str = "open",
        wip_policy: native.WipPolicy | str = "warn",
        parallel_sprints: bool = False,
        lanes: Iterable[native.NewLane] = (),
        id: str | None = None,
        command_id: str | None = None,
    ) -> Made:
        """Makes a project, with the five usual lanes where none are named."""
        project = native.NewProject(
            id=id,
            key=key,
            title=title,
            description=description,
            visibility=word(native.Visibility, visibility),
            wip_policy=word(native.WipPolicy, wip_policy),
            parallel_sprints=parallel_sprints,
            lanes=list(lanes),
        )
        return self._made(native.Change.CREATE_PROJECT(project), command_id)

    def update_project(
        self,
        project: str,
        *,
        title: str | Unset = UNSET,
        description: str | Unset = UNSET,
        visibility: native.Visibility | str | Unset = UNSET,
        wip_policy: native.WipPolicy | str | Unset = UNSET,
        parallel_sprints: bool | Unset = UNSET,
        default_lane: str | Unset = UNSET,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Changes a project: what is left out stays."""
        changes = patch(
            native.ProjectChange,
            title=title,
            description=description,
            visibility=word_change(native.Visibility, visibility),
            wip_policy=word_change(native.WipPolicy, wip_policy),
            parallel_sprints=parallel_sprints,
            default_lane=default_lane,
        )
        change = native.Change.UPDATE_PROJECT(project=project, changes=changes)
        return self._one(change, command_id, expected_version)

    def archive_project(
        self, project: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Makes a project read-only and stops its running timers."""
        return self._one(native.Change.ARCHIVE_PROJECT(project=project), command_id, expected_version)

    def unarchive_project(
        self, project: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Lets an archived project take changes again."""
        return self._one(native.Change.UNARCHIVE_PROJECT(project=project), command_id, expected_version)

    def delete_project(
        self, project: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Deletes a project and stops its running timers. It can be restored, by its id."""
        return self._one(native.Change.DELETE_PROJECT(project=project), command_id, expected_version)

    def restore_project(
        self, project: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Brings a deleted project back, by its id."""
        return self._one(native.Change.RESTORE_PROJECT(project=project), command_id, expected_version)

    def purge_project(
        self, project: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Removes a deleted project for good, by its id; for admins of the tenant."""
        return self._one(native.Change.PURGE_PROJECT(project=project), command_id, expected_version)

    def set_member(
        self,
        project: str,
        user: str,
        role: native.ProjectRole | str,
        *,
        expected_version: int | None = None,
        command_id: str | None = None,
    ) -> native.PartResult:
        """Gives a user a role in a project, or another one: `"admin"`, `"editor"` or `"viewer"`."""
        change = native.Change.SET_MEMBER(project=project, user=user, role=word(native.ProjectRole, role))
        return self._one(change, command_id, expected_version)

    def remove_member(
        self, project: str, user: str, *, expected_version: int | None = None, command_id: str | None = None
    ) -> native.PartResult:
        """Takes a user's explicit role in a project away."""
        return self._one(native.Change.REMOVE_MEMBER(project=project, user=user), command_id, expected_version)

    def load_entity(self, entity: native.Entity, *, command_id: str | None = None) -> native.PartResult:
        """Takes over an entity of an export, with its times, authors and version; for admins of the tenant."""
        return self._one(native.Change.LOAD_ENTITY(entity), command_id)
