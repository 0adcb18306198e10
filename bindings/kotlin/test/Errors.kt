package pm.test

import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertFails
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import pm.*

val errorTests = listOf(
    Test("given a stale version when changed then the entity as it is comes with the refusal") { folder ->
        withAda(folder) { _, ada ->
            ada.createItem("PM", ItemKind.TASK, "One")
            ada.updateItem("PM-1", ItemChange.Title("Two"))
            val refused = assertFailsWith<PmException.Conflict> {
                ada.updateItem("PM-1", ItemChange.Title("Three"), expectedVersion = 1)
            }
            val current = assertIs<Entity.WorkItem>(refused.current).v1
            assertEquals("Two" to 2L, current.title to current.version)
            assertEquals("conflict", refused.code)
        }
    },
    Test("given a cycle when closed then the path comes with the refusal and the message is a sentence") { folder ->
        withAda(folder) { _, ada ->
            ada.createItem("PM", ItemKind.TASK, "One")
            ada.createItem("PM", ItemKind.TASK, "Two")
            ada.block("PM-1", "PM-2")
            val refused = assertFailsWith<PmException.Cycle> { ada.block("PM-2", "PM-1") }
            assertEquals(setOf("PM-1", "PM-2"), refused.path.map { (it as PathStep.Item).key }.toSet())
            assertEquals("it would close a cycle: each would wait for the other", refused.message)
        }
    },
    Test("given text that is no id when passed then it is invalid and nothing else") { folder ->
        withAda(folder) { _, ada ->
            for (hostile in listOf("", "x", "PM-1", "\u0000", "🎉".repeat(36), "x".repeat(100_000))) {
                assertFailsWith<PmException.Invalid> { ada.createItem("PM", ItemKind.TASK, "One", id = hostile) }
                assertFailsWith<PmException.Invalid> { ada.tenant.stream(ada.actor, 0, listOf(hostile)) }
                assertFailsWith<PmException.Invalid> { ada.stopTimer(commandId = "$hostile ") }
            }
        }
    },
    Test("given half a character when passed then Kotlin says so and the engine lives") { folder ->
        withAda(folder) { _, ada ->
            assertFails { ada.createItem("PM", ItemKind.TASK, "half \ud83d") }
            assertEquals("PM-1", ada.createItem("PM", ItemKind.TASK, "whole").key)
        }
    },
    Test("given instants and numbers out of range when passed then they are invalid") { folder ->
        withAda(folder) { _, ada ->
            ada.createItem("PM", ItemKind.TASK, "One")
            assertFailsWith<PmException.Invalid> { ada.addTimeEntry("PM-1", Instant.ofEpochMilli(-1), Instant.now()) }
            assertFailsWith<PmException.Invalid> { ada.updateItem("PM-1", ItemChange.Points(Double.NaN)) }
            assertFailsWith<PmException.Invalid> { ada.tenant.stream(ada.actor, 0, null).next(-1) }
        }
    },
    Test("given a second engine when it opens the tenant then it is locked and names the holder") { folder ->
        withAda(folder) { _, _ ->
            PmEngine(folder.resolve("data")).use { other ->
                val refused = assertFailsWith<PmException.Locked> { other.tenant("acme") }
                assertEquals("process ${ProcessHandle.current().pid()}", refused.holder)
            }
        }
    },
)
