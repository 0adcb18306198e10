package pm

/** Commands about the tenant, its users, projects and members. */
sealed interface ProjectCommands : Commands {
    /** Changes the settings of the tenant; for its admins. What is not named stays. */
    fun updateTenantSettings(
        vararg changes: TenantSettingChange,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.UpdateTenantSettings(changes.toList()), commandId, expectedVersion)

    /** Changes a profile: one's own, or as an admin of the tenant anybody's. What is not named stays. */
    fun updateUser(
        user: String,
        vararg changes: UserChange,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.UpdateUser(user, changes.toList()), commandId, expectedVersion)

    /** Makes a project, with the five usual lanes where none are named. */
    fun createProject(
        key: String,
        title: String,
        description: String = "",
        visibility: Visibility = Visibility.OPEN,
        wipPolicy: WipPolicy = WipPolicy.WARN,
        parallelSprints: Boolean = false,
        lanes: List<NewLane> = emptyList(),
        id: String? = null,
        commandId: String? = null,
    ): Made {
        val project = NewProject(id, key, title, description, visibility, wipPolicy, parallelSprints, lanes)
        return made(Change.CreateProject(project), commandId)
    }

    /** Changes a project; what is not named stays. */
    fun updateProject(
        project: String,
        vararg changes: ProjectChange,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.UpdateProject(project, changes.toList()), commandId, expectedVersion)

    /** Makes a project read-only and stops its running timers. */
    fun archiveProject(project: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.ArchiveProject(project), commandId, expectedVersion)

    /** Lets an archived project take changes again. */
    fun unarchiveProject(project: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.UnarchiveProject(project), commandId, expectedVersion)

    /** Deletes a project and stops its running timers. It can be restored, by its id. */
    fun deleteProject(project: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.DeleteProject(project), commandId, expectedVersion)

    /** Brings a deleted project back, by its id. */
    fun restoreProject(project: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.RestoreProject(project), commandId, expectedVersion)

    /** Removes a deleted project for good, by its id; for admins of the tenant. */
    fun purgeProject(project: String, expectedVersion: Long? = null, commandId: String? = null): PartResult =
        one(Change.PurgeProject(project), commandId, expectedVersion)

    /** Gives a user a role in a project, or another one. */
    fun setMember(
        project: String,
        user: String,
        role: ProjectRole,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.SetMember(project, user, role), commandId, expectedVersion)

    /** Takes a user's explicit role in a project away. */
    fun removeMember(
        project: String,
        user: String,
        expectedVersion: Long? = null,
        commandId: String? = null,
    ): PartResult = one(Change.RemoveMember(project, user), commandId, expectedVersion)

    /** Takes over an entity of an export, with its times, authors and version; for admins of the tenant. */
    fun loadEntity(entity: Entity, commandId: String? = null): PartResult = one(Change.LoadEntity(entity), commandId)
}
