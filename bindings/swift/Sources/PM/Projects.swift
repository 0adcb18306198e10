extension Session {
    // The tenant and its users

    /// Changes the settings of the tenant; for its admins. What is not named stays.
    @discardableResult
    public func updateTenantSettings(
        _ changes: [TenantSettingChange], expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.updateTenantSettings(changes: changes), commandId, expectedVersion)
    }

    /// Changes a profile: one's own, or as an admin of the tenant anybody's. What is not named stays.
    @discardableResult
    public func updateUser(
        _ user: String, _ changes: [UserChange], expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.updateUser(user: user, changes: changes), commandId, expectedVersion)
    }

    /// Takes over an entity of an export, with its times, authors and version; for admins of the tenant.
    @discardableResult
    public func loadEntity(_ entity: Entity, commandId: String? = nil) throws -> PartResult {
        try one(.loadEntity(entity), commandId)
    }

    // Projects

    /// Makes a project, with the five usual lanes where none are named.
    @discardableResult
    public func createProject(
        key: String,
        title: String,
        description: String = "",
        visibility: Visibility = .open,
        wipPolicy: WipPolicy = .warn,
        parallelSprints: Bool = false,
        lanes: [NewLane] = [],
        id: String? = nil,
        commandId: String? = nil
    ) throws -> Made {
        let project = NewProject(
            id: id, key: key, title: title, description: description, visibility: visibility, wipPolicy: wipPolicy,
            parallelSprints: parallelSprints, lanes: lanes)
        return Made(try one(.createProject(project), commandId))
    }

    /// Changes a project; what is not named stays.
    @discardableResult
    public func updateProject(
        _ project: String, _ changes: [ProjectChange], expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.updateProject(project: project, changes: changes), commandId, expectedVersion)
    }

    /// Makes a project read-only and stops its running timers.
    @discardableResult
    public func archiveProject(
        _ project: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.archiveProject(project: project), commandId, expectedVersion)
    }

    /// Lets an archived project take changes again.
    @discardableResult
    public func unarchiveProject(
        _ project: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.unarchiveProject(project: project), commandId, expectedVersion)
    }

    /// Deletes a project and stops its running timers. It can be restored, by its id.
    @discardableResult
    public func deleteProject(
        _ project: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.deleteProject(project: project), commandId, expectedVersion)
    }

    /// Brings a deleted project back, by its id.
    @discardableResult
    public func restoreProject(
        _ project: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.restoreProject(project: project), commandId, expectedVersion)
    }

    /// Removes a deleted project for good, by its id; for admins of the tenant.
    @discardableResult
    public func purgeProject(
        _ project: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.purgeProject(project: project), commandId, expectedVersion)
    }

    // Members

    /// Gives a user a role in a project, or another one.
    @discardableResult
    public func setMember(
        _ user: String,
        of project: String,
        role: ProjectRole,
        expectedVersion: Int64? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        try one(.setMember(project: project, user: user, role: role), commandId, expectedVersion)
    }

    /// Takes a user's explicit role in a project away.
    @discardableResult
    public func removeMember(
        _ user: String, of project: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.removeMember(project: project, user: user), commandId, expectedVersion)
    }
}
