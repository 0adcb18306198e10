package pm.test

import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import pm.*

private fun CountDownLatch.within() = assertTrue(await(60, TimeUnit.SECONDS))

val eventTests = listOf(
    Test("given two clients when one changes something then the other is told") { folder ->
        withAda(folder) { engine, ada ->
            val bob = engine.tenant("acme").actingAs("bob", role = TenantRole.MEMBER)
            val told = CopyOnWriteArrayList<Event>()
            val done = CountDownLatch(1)
            val subscription = bob.subscribe { batch ->
                told += batch.events
                if (batch.events.any { it.action == Action.MOVED }) done.countDown()
            }
            ada.createItem("PM", ItemKind.TASK, "One")
            ada.moveItem("PM-1", lane = "done")
            done.within()
            assertEquals(told.map { it.sequence }.sorted(), told.map { it.sequence })
            subscription.cancel()
            assertTrue(subscription.waitEnded(60_000))
            assertIs<StreamEnd.Cancelled>(subscription.end())
        }
    },
    Test("given a listener that throws and one that hangs when events come then a third gets them all") { folder ->
        withAda(folder) { _, ada ->
            val hang = CountDownLatch(1)
            val done = CountDownLatch(50)
            val broken = ada.subscribe(fromSequence = 0) { error("on purpose") }
            val hanging = ada.subscribe(fromSequence = 0) { hang.await() }
            ada.subscribe { batch -> repeat(batch.events.size) { done.countDown() } }
            repeat(50) { ada.createItem("PM", ItemKind.TASK, "Item $it") }
            done.within()
            assertTrue(broken.waitEnded(60_000))
            assertTrue("on purpose" in assertIs<StreamEnd.ListenerThrew>(broken.end()).message)
            assertEquals(null, hanging.end())
            hang.countDown()
        }
    },
    Test("given a flow when the engine closes then it ends, and its collector has everything in order") { folder ->
        val engine = PmEngine(folder.resolve("data"), durability = Durability.RELAXED)
        val ada = engine.tenantOrCreate("acme").actingAs("ada")
        ada.createProject("PM", "The product")
        val head = ada.tenant.head()
        runBlocking {
            val events = ada.events(fromSequence = 0)
            launch {
                ada.io { createItem("PM", ItemKind.TASK, "While it is collected") }
                ada.events(fromSequence = head).first()
                ada.io { engine.close() }
            }
            val sequences = events.toList().flatMap { it.events }.map { it.sequence }
            assertEquals((1..head + 1).toList(), sequences)
        }
    },
    Test("given a flow when its collector is cancelled then others go on") { folder ->
        withAda(folder) { _, ada ->
            runBlocking {
                val idle = launch { ada.events().collect { } }
                idle.cancel()
                idle.join()
                ada.io { createItem("PM", ItemKind.TASK, "Later") }
                assertEquals(1, ada.events(fromSequence = ada.tenant.head() - 1).first().events.size)
            }
        }
    },
    Test("given the garbage collector in the middle of delivery when it runs then events go on") { folder ->
        withAda(folder) { _, ada ->
            val done = CountDownLatch(30)
            ada.subscribe { batch ->
                System.gc()
                repeat(batch.events.size) { done.countDown() }
            }
            repeat(30) {
                ada.createItem("PM", ItemKind.TASK, "Item $it")
                System.gc()
            }
            done.within()
        }
    },
    Test("given a listener that uses the engine when told then its commands commit") { folder ->
        withAda(folder) { _, ada ->
            val done = CountDownLatch(1)
            ada.subscribe { batch ->
                for (event in batch.events) when (event.entityKind) {
                    EntityKind.COMMENT -> done.countDown()
                    EntityKind.WORK_ITEM -> ada.addComment("PM-1", "seen by the listener")
                    else -> {}
                }
            }
            ada.createItem("PM", ItemKind.TASK, "One")
            done.within()
        }
    },
)
