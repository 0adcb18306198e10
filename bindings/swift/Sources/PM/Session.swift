import Foundation

extension Tenant {
    /// Commands and questions of a user whom the app vouches for. An admin sees and may do everything, which is what an
    /// app of one user wants; a member what projects allow.
    public func acting(
        as user: String,
        role: TenantRole = .admin,
        kind: ActorKind = .human,
        onBehalfOf: String? = nil
    ) throws -> Session {
        let actor = Actor(user: user, kind: kind, role: role, onBehalfOf: onBehalfOf)
        return Session(tenant: self, actor: actor, query: try read(actor: actor))
    }
}

/// What a command made that has a key: an item, such as `PM-12`, or a project.
public struct Made: Sendable, Equatable {
    /// `KEY-n`, or the key of a project.
    public let key: String
    /// Its id.
    public let id: String
    /// Its version.
    public let version: Int64

    init(_ result: PartResult) {
        key = result.key ?? result.id
        id = result.id
        version = result.version
    }
}

/// Commands, questions and events of one actor; made by ``Tenant/acting(as:role:kind:onBehalfOf:)``.
///
/// Every change is a command; the methods here make the frequent ones, ``execute(_:commandId:expectedVersion:origin:)``
/// takes any. Items are named by `KEY-n` or id, lanes by status value or id, projects by key or id. A `commandId` makes a
/// command safe to repeat: the same id again returns the first outcome and does nothing. An `expectedVersion` refuses it
/// with `PmError.Conflict` where the entity has moved on.
public struct Session: Sendable {
    /// The tenant.
    public let tenant: Tenant
    /// Who acts.
    public let actor: Actor
    /// Every question, one method each.
    public let query: Reader

    /// Commits changes as one command, all or none. What an earlier one makes is `#0`, `#1` … to the later ones.
    @discardableResult
    public func execute(
        _ changes: [Change],
        commandId: String? = nil,
        expectedVersion: Int64? = nil,
        origin: Origin? = nil
    ) throws -> Outcome {
        let parts = changes.map { Part(change: $0, expectedVersion: expectedVersion, origin: origin) }
        let command = Command(id: commandId ?? newCommandId(), actor: actor, parts: parts)
        return try tenant.execute(command: command)
    }

    private func one(_ change: Change, _ commandId: String?, _ expectedVersion: Int64? = nil) throws -> PartResult {
        try execute([change], commandId: commandId, expectedVersion: expectedVersion).results[0]
    }

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
        commandId: String? = nil
    ) throws -> Made {
        let project = NewProject(
            key: key, title: title, description: description, visibility: visibility, wipPolicy: wipPolicy,
            parallelSprints: parallelSprints, lanes: lanes)
        return Made(try one(.createProject(project), commandId))
    }

    /// Makes a work item. The result has its key, such as `PM-12`. Durations are in seconds, dates `YYYY-MM-DD`.
    @discardableResult
    public func createItem(
        project: String,
        kind: ItemKind,
        title: String,
        description: String = "",
        lane: String? = nil,
        priority: Priority = .none,
        assignee: String? = nil,
        labels: [String] = [],
        points: Double? = nil,
        estimateSeconds: Int64? = nil,
        startDate: String? = nil,
        dueDate: String? = nil,
        sprint: String? = nil,
        parent: String? = nil,
        id: String? = nil,
        commandId: String? = nil
    ) throws -> Made {
        let item = NewItem(
            id: id, project: project, kind: kind, title: title, description: description, lane: lane,
            priority: priority, assignee: assignee, labels: labels, points: points,
            estimateSeconds: estimateSeconds, startDate: startDate, dueDate: dueDate, sprint: sprint, parent: parent)
        return Made(try one(.createItem(item), commandId))
    }

    /// Changes fields of an item; what is not named stays.
    @discardableResult
    public func updateItem(
        _ item: String, _ changes: [ItemChange], expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.updateItem(item: item, changes: changes), commandId, expectedVersion)
    }

    /// Changes lane, order, parent and sprint in one step; what is left out stays.
    @discardableResult
    public func moveItem(
        _ item: String,
        lane: String? = nil,
        place: Place? = nil,
        parent: ParentChange? = nil,
        siblingPlace: Place? = nil,
        sprint: SprintAssignment? = nil,
        expectedVersion: Int64? = nil,
        commandId: String? = nil
    ) throws -> PartResult {
        let move = ItemMove(
            item: item, lane: lane, place: place, parent: parent, siblingPlace: siblingPlace, sprint: sprint)
        return try one(.moveItem(move), commandId, expectedVersion)
    }

    /// Deletes an item, with `cascade` also everything under it. It can be restored.
    @discardableResult
    public func deleteItem(_ item: String, cascade: Bool = false, commandId: String? = nil) throws -> PartResult {
        try one(.deleteItem(item: item, cascade: cascade), commandId)
    }

    /// Brings an item back with what was deleted together with it.
    @discardableResult
    public func restoreItem(_ item: String, commandId: String? = nil) throws -> PartResult {
        try one(.restoreItem(item: item), commandId)
    }

    /// `waiting` waits for `blocker` from now on; `PmError.Cycle` where that would never end.
    @discardableResult
    public func block(_ blocker: String, before waiting: String, commandId: String? = nil) throws -> PartResult {
        try one(.addDependency(id: nil, kind: .blocks, from: blocker, to: waiting), commandId)
    }

    /// Adds a comment, or answers one.
    @discardableResult
    public func comment(
        on item: String, _ text: String, replyTo: String? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.addComment(NewComment(item: item, replyTo: replyTo, text: text)), commandId)
    }

    /// Starts the actor's timer; one that runs is stopped at the same instant.
    @discardableResult
    public func startTimer(on item: String, note: String = "", commandId: String? = nil) throws -> PartResult {
        try one(.startTimer(id: nil, item: item, note: note), commandId)
    }

    /// Stops the actor's running timer, or the one named.
    @discardableResult
    public func stopTimer(_ entry: String? = nil, commandId: String? = nil) throws -> PartResult {
        try one(.stopTimer(entry: entry), commandId)
    }
}
