import Foundation

extension Session {
    /// Makes a work item. The result has its key, such as `PM-12`.
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
        estimate: TimeInterval? = nil,
        remaining: TimeInterval? = nil,
        startDate: DateComponents? = nil,
        dueDate: DateComponents? = nil,
        sprint: String? = nil,
        parent: String? = nil,
        place: Place? = nil,
        siblingPlace: Place? = nil,
        external: ExternalRef? = nil,
        extra: String = "",
        id: String? = nil,
        commandId: String? = nil
    ) throws -> Made {
        let item = NewItem(
            id: id, project: project, kind: kind, title: title, description: description, lane: lane,
            priority: priority, assignee: assignee, labels: labels, points: points,
            estimateSeconds: estimate.map(wholeSeconds), remainingSeconds: remaining.map(wholeSeconds),
            startDate: startDate, dueDate: dueDate, sprint: sprint, parent: parent, place: place,
            siblingPlace: siblingPlace, external: external, extra: extra)
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
    public func deleteItem(
        _ item: String, cascade: Bool = false, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.deleteItem(item: item, cascade: cascade), commandId, expectedVersion)
    }

    /// Brings an item back with what was deleted together with it.
    @discardableResult
    public func restoreItem(
        _ item: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.restoreItem(item: item), commandId, expectedVersion)
    }

    /// Removes a deleted item with its comments and time entries for good; for admins of the tenant.
    @discardableResult
    public func purgeItem(
        _ item: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.purgeItem(item: item), commandId, expectedVersion)
    }

    // Dependencies

    /// Relates two items: with `.blocks` the other one waits for the first, with `.relatesTo` they have to do with each
    /// other. See ``block(_:before:commandId:)`` and ``relate(_:to:commandId:)``.
    @discardableResult
    public func addDependency(
        _ kind: DependencyKind, _ one: String, _ other: String, id: String? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try self.one(.addDependency(id: id, kind: kind, from: one, to: other), commandId)
    }

    /// `waiting` waits for `blocker` from now on; `PmError.Cycle` where that would never end.
    @discardableResult
    public func block(_ blocker: String, before waiting: String, commandId: String? = nil) throws -> PartResult {
        try addDependency(.blocks, blocker, waiting, commandId: commandId)
    }

    /// Notes that two items have to do with each other.
    @discardableResult
    public func relate(_ one: String, to other: String, commandId: String? = nil) throws -> PartResult {
        try addDependency(.relatesTo, one, other, commandId: commandId)
    }

    /// Takes a dependency away, by its id; `query.dependencies` tells it.
    @discardableResult
    public func removeDependency(
        _ dependency: String, expectedVersion: Int64? = nil, commandId: String? = nil
    ) throws -> PartResult {
        try one(.removeDependency(dependency: dependency), commandId, expectedVersion)
    }
}
