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
/// Every command has a method, under its own name; ``execute(_:commandId:expectedVersion:origin:)`` takes several as one.
/// Items are named by `KEY-n` or id, lanes by status value or id, projects by key or id. A `commandId` makes a command
/// safe to repeat: the same id again returns the first outcome and does nothing. An `expectedVersion` refuses it with
/// `PmError.Conflict` where the entity has moved on.
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

    /// Commits one change.
    func one(_ change: Change, _ commandId: String?, _ expectedVersion: Int64? = nil) throws -> PartResult {
        try execute([change], commandId: commandId, expectedVersion: expectedVersion).results[0]
    }
}
