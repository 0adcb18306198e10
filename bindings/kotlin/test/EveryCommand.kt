package pm.test

import java.time.Duration
import java.time.Instant
import java.time.LocalDate
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import pm.*

/** Calls in an order in which each of them may be made, by the name of the command; answers what it changed. */
private class Walk(private val ada: Session) {
    private val known = mutableMapOf<String, String>()

    private fun keep(name: String, made: PartResult) = made.also { known[name] = it.id }

    private fun id(name: String) = known.getValue(name)

    /** What [Made] tells, as a result. */
    private fun made(kind: EntityKind, made: Made) = PartResult(kind, made.id, made.key, made.version, true)

    private val now = Instant.now()

    val calls: Map<String, Pair<EntityKind, () -> PartResult>> = mapOf(
        "updateTenantSettings" to (EntityKind.TENANT_SETTINGS to {
            ada.updateTenantSettings(TenantSettingChange.TimerCapSeconds(28_800))
        }),
        "updateUser" to (EntityKind.USER to { ada.updateUser("bob", UserChange.Name("Bob"), UserChange.Email(null)) }),
        "createProject" to (EntityKind.PROJECT to {
            keep("project", made(EntityKind.PROJECT, ada.createProject("NX", "The next one")))
        }),
        "updateProject" to (EntityKind.PROJECT to {
            ada.updateProject("NX", ProjectChange.Title("Another"), expectedVersion = 1)
        }),
        "archiveProject" to (EntityKind.PROJECT to { ada.archiveProject("NX") }),
        "unarchiveProject" to (EntityKind.PROJECT to { ada.unarchiveProject("NX") }),
        "setMember" to (EntityKind.MEMBER to { ada.setMember("NX", "bob", ProjectRole.VIEWER) }),
        "removeMember" to (EntityKind.MEMBER to { ada.removeMember("NX", "bob") }),
        "createLane" to (EntityKind.LANE to {
            keep("lane", ada.createLane("NX", "Testing", LaneCategory.STARTED, wipLimit = 3))
        }),
        "updateLane" to (EntityKind.LANE to {
            ada.updateLane("testing", LaneChange.Name("Trying"), LaneChange.WipLimit(null), project = "NX")
        }),
        "moveLane" to (EntityKind.LANE to { ada.moveLane(id("lane"), LanePlace.First) }),
        "deleteLane" to (EntityKind.LANE to { ada.deleteLane("testing", project = "NX") }),
        "restoreLane" to (EntityKind.LANE to { ada.restoreLane(id("lane")) }),
        "createItem" to (EntityKind.WORK_ITEM to {
            made(EntityKind.WORK_ITEM, ada.createItem("NX", ItemKind.TASK, "One", estimate = Duration.ofHours(1)))
        }),
        "updateItem" to (EntityKind.WORK_ITEM to { ada.updateItem("NX-1", ItemChange.Title("Two")) }),
        "moveItem" to (EntityKind.WORK_ITEM to { ada.moveItem("NX-1", lane = "todo") }),
        "addDependency" to (EntityKind.DEPENDENCY to {
            val other = ada.createItem("NX", ItemKind.BUG, "Other").key
            keep("dependency", ada.addDependency(DependencyKind.RELATES_TO, "NX-1", other))
        }),
        "removeDependency" to (EntityKind.DEPENDENCY to { ada.removeDependency(id("dependency")) }),
        "createSprint" to (EntityKind.SPRINT to { keep("sprint", ada.createSprint("NX", "First")) }),
        "updateSprint" to (EntityKind.SPRINT to {
            ada.updateSprint(id("sprint"), SprintChange.StartDate(LocalDate.of(2027, 1, 1)))
        }),
        "startSprint" to (EntityKind.SPRINT to { ada.startSprint(id("sprint")) }),
        "completeSprint" to (EntityKind.SPRINT to { ada.completeSprint(id("sprint")) }),
        "deleteSprint" to (EntityKind.SPRINT to { ada.deleteSprint(id("sprint")) }),
        "restoreSprint" to (EntityKind.SPRINT to { ada.restoreSprint(id("sprint")) }),
        "cancelSprint" to (EntityKind.SPRINT to { ada.cancelSprint(ada.createSprint("NX", "Second").id) }),
        "addComment" to (EntityKind.COMMENT to { keep("comment", ada.addComment("NX-1", "A word")) }),
        "editComment" to (EntityKind.COMMENT to { ada.editComment(id("comment"), "Two words") }),
        "deleteComment" to (EntityKind.COMMENT to { ada.deleteComment(id("comment")) }),
        "restoreComment" to (EntityKind.COMMENT to { ada.restoreComment(id("comment")) }),
        "purgeComment" to (EntityKind.COMMENT to { ada.purgeComment(id("comment")) }),
        "startTimer" to (EntityKind.TIME_ENTRY to { ada.startTimer("NX-1", "thinking") }),
        "stopTimer" to (EntityKind.TIME_ENTRY to { ada.stopTimer() }),
        "addTimeEntry" to (EntityKind.TIME_ENTRY to {
            val (start, end) = now - Duration.ofHours(2) to now - Duration.ofHours(1)
            keep("entry", ada.addTimeEntry("NX-1", start, end, user = "bob"))
        }),
        "updateTimeEntry" to (EntityKind.TIME_ENTRY to {
            ada.updateTimeEntry(id("entry"), TimeEntryChange.EndedAt(now - Duration.ofMinutes(30)))
        }),
        "deleteTimeEntry" to (EntityKind.TIME_ENTRY to { ada.deleteTimeEntry(id("entry")) }),
        "restoreTimeEntry" to (EntityKind.TIME_ENTRY to { ada.restoreTimeEntry(id("entry")) }),
        "deleteItem" to (EntityKind.WORK_ITEM to { ada.deleteItem("NX-1") }),
        "restoreItem" to (EntityKind.WORK_ITEM to { ada.restoreItem("NX-1") }),
        "purgeItem" to (EntityKind.WORK_ITEM to {
            ada.deleteItem("NX-2")
            ada.purgeItem("NX-2")
        }),
        "deleteProject" to (EntityKind.PROJECT to { ada.deleteProject("NX") }),
        "restoreProject" to (EntityKind.PROJECT to { ada.restoreProject(id("project")) }),
        "purgeProject" to (EntityKind.PROJECT to {
            ada.deleteProject("NX")
            ada.purgeProject(id("project"))
        }),
        "loadEntity" to (EntityKind.USER to {
            ada.loadEntity(Entity.User(User("eve", ActorKind.HUMAN, "Eve", null, Instant.ofEpochMilli(0), 1)))
        }),
    )
}

val everyCommandTests = listOf(
    Test("given every command when its method is called then it commits what the command does") { folder ->
        withAda(folder) { _, ada ->
            val commands = Change::class.java.declaredClasses.filter(Change::class.java::isAssignableFrom)
            val walk = Walk(ada)
            assertEquals(commands.map { it.simpleName.replaceFirstChar(Char::lowercase) }.toSet(), walk.calls.keys)
            for ((name, expected) in walk.calls) {
                assertTrue(Session::class.java.methods.any { it.name == name }, "no method $name")
                val before = ada.tenant.head()
                val result = expected.second()
                assertEquals(expected.first, result.entityKind, name)
                assertTrue(result.changed && ada.tenant.head() > before, name)
            }
        }
    },
    Test("given durations when read then they are durations") { folder ->
        withAda(folder) { _, ada ->
            ada.updateTenantSettings(TenantSettingChange.TimerCapSeconds(28_800))
            ada.createItem("PM", ItemKind.TASK, "One", estimate = Duration.ofHours(1), remaining = Duration.ofMinutes(10))
            val item = ada.query.itemOnly("PM-1").item
            assertEquals(Duration.ofHours(1) to Duration.ofMinutes(10), item.estimate to item.remaining)
            val end = Instant.now()
            ada.addTimeEntry("PM-1", end - Duration.ofHours(1), end)
            assertEquals(Duration.ofHours(1), ada.query.timeTotals(TimeScope.Tenant, TimeGrouping.USER).duration)
            val settings = ada.query.snapshot().entities.filterIsInstance<Entity.TenantSettings>().single().v1
            assertEquals(Duration.ofHours(8), settings.timerCap)
        }
    },
    Test("given a version that is past when any entity is changed then it conflicts") { folder ->
        withAda(folder) { _, ada ->
            ada.createItem("PM", ItemKind.TASK, "One")
            ada.updateItem("PM-1", ItemChange.Title("Moved on"))
            ada.updateProject("PM", ProjectChange.Title("Moved on"))
            val sprint = ada.createSprint("PM", "First").id
            ada.updateSprint(sprint, SprintChange.Goal("Moved on"))
            val comment = ada.addComment("PM-1", "A word").id
            ada.editComment(comment, "Moved on")
            val calls = listOf<() -> Any>(
                { ada.archiveProject("PM", expectedVersion = 1) },
                { ada.startSprint(sprint, expectedVersion = 1) },
                { ada.deleteComment(comment, expectedVersion = 1) },
                { ada.moveItem("PM-1", lane = "done", expectedVersion = 1) },
                { ada.deleteItem("PM-1", expectedVersion = 1) },
            )
            for (call in calls) assertNotNull(assertFailsWith<PmException.Conflict> { call() }.current)
        }
    },
)
