package io.citytally.local.viewers;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens the results as a phone of the middle range does, and keeps them open: what comes over the
 * wire, when something is seen, how evenly it moves, and what memory it takes.
 *
 * <p>The phone is Chrome's: its processor is slowed down by four, its network has 1.6 Mbit/s and
 * 150 ms for each request, as Lighthouse has it for phones.
 */
final class PageSpeed {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  /** A trace is kept in memory, with up to 1 MB for each second. */
  private static final Duration MAX_TRACE = Duration.ofSeconds(30);

  private static final int SLOWER = 4;
  private static final int LATENCY_MILLIS = 150;
  private static final int DOWN_BYTES_PER_SECOND = 1_600_000 / 8;
  private static final int UP_BYTES_PER_SECOND = 750_000 / 8;

  /** The gaps between the frames that the page's thread can draw in some time, in milliseconds. */
  private static final String FRAMES =
      """
      millis => new Promise(resolve => {
        const gaps = []
        let last
        const end = performance.now() + millis
        const frame = now => {
          if (last !== undefined) {
            gaps.push(now - last)
          }
          last = now
          if (now < end) {
            requestAnimationFrame(frame)
          } else {
            resolve(gaps)
          }
        }
        requestAnimationFrame(frame)
      })
      """;

  private final Path chromeExecutable;
  private final URI base;

  /**
   * @param base where the pages are
   */
  PageSpeed(Path chromeExecutable, URI base) {
    this.chromeExecutable = chromeExecutable;
    this.base = base;
  }

  /**
   * Opens the page, and watches it: first its top, then the middle of the ranking.
   *
   * @param duration how long each
   */
  PageSpeedReport measure(Duration duration) {
    try (Chrome chrome = Chrome.start(chromeExecutable)) {
      BrowserContext phone =
          chrome
              .browser()
              .newContext(
                  new NewContextOptions()
                      .setBaseURL(base.toString())
                      .setViewportSize(390, 844)
                      .setDeviceScaleFactor(2)
                      .setHasTouch(true)
                      .setIsMobile(true));
      phone.setDefaultTimeout(TIMEOUT.toMillis());
      Page page = phone.newPage();
      CDPSession devTools = phone.newCDPSession(page);
      Map<String, String> addresses = new ConcurrentHashMap<>();
      AtomicLong pageBytes = new AtomicLong();
      AtomicLong answerBytes = new AtomicLong();
      devTools.on(
          "Network.requestWillBeSent",
          event ->
              addresses.put(
                  event.get("requestId").getAsString(),
                  event.getAsJsonObject("request").get("url").getAsString()));
      devTools.on(
          "Network.loadingFinished",
          event -> {
            String address = addresses.getOrDefault(event.get("requestId").getAsString(), "");
            (address.contains("/api/") ? answerBytes : pageBytes)
                .addAndGet(event.get("encodedDataLength").getAsLong());
          });
      slowDown(devTools);

      open(page);
      page.waitForFunction("() => /[0-9]/.test(document.querySelector('#total').textContent)");
      double totalMillis = number(page.evaluate("performance.now()"));
      page.waitForFunction("() => !document.querySelector('#course').matches('.unread')");
      double paintMillis =
          number(
              page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
      long loadedPageBytes = pageBytes.get();
      long loadedAnswerBytes = answerBytes.get();
      int requests = addresses.size();

      Locator more = page.locator("#more");
      if (more.isVisible()) {
        more.click();
      }
      Locator rows = page.locator("#ranking tbody tr");
      int count = rows.count();
      JsonObject heapBefore = heap(devTools);
      page.evaluate("scrollTo(0, 0)");
      PageSpeedReport.Frames top = frames(page, devTools, duration);
      rows.nth(count / 2).evaluate("row => row.scrollIntoView()");
      PageSpeedReport.Frames middle = frames(page, devTools, duration);
      JsonObject heapAfter = heap(devTools);
      return new PageSpeedReport(
          loadedPageBytes,
          loadedAnswerBytes,
          requests,
          paintMillis,
          totalMillis,
          count,
          top,
          middle,
          heapBefore.get("usedSize").getAsLong(),
          heapAfter.get("usedSize").getAsLong());
    }
  }

  private void open(Page page) {
    try {
      page.navigate("/");
    } catch (PlaywrightException e) {
      if (e.getMessage().contains("ERR_CONNECTION_REFUSED")) {
        throw Viewers.nothingAnswersAt(base, e);
      }
      throw e;
    }
  }

  private static PageSpeedReport.Frames frames(Page page, CDPSession devTools, Duration duration) {
    Duration traced = duration.compareTo(MAX_TRACE) < 0 ? duration : MAX_TRACE;
    FrameTrace trace = FrameTrace.of(page, traced);
    double workBeforeMillis = workMillis(devTools);
    List<?> gaps = (List<?>) page.evaluate(FRAMES, (double) duration.toMillis());
    return new PageSpeedReport.Frames(
        trace,
        gaps.stream().mapToDouble(PageSpeed::number).toArray(),
        workMillis(devTools) - workBeforeMillis);
  }

  private static void slowDown(CDPSession devTools) {
    devTools.send("Network.enable");
    JsonObject network = new JsonObject();
    network.addProperty("offline", false);
    network.addProperty("latency", LATENCY_MILLIS);
    network.addProperty("downloadThroughput", DOWN_BYTES_PER_SECOND);
    network.addProperty("uploadThroughput", UP_BYTES_PER_SECOND);
    devTools.send("Network.emulateNetworkConditions", network);
    JsonObject processor = new JsonObject();
    processor.addProperty("rate", SLOWER);
    devTools.send("Emulation.setCPUThrottlingRate", processor);
    JsonObject clock = new JsonObject();
    // Other processes share the processor: this clock counts the thread's own time only.
    clock.addProperty("timeDomain", "threadTicks");
    devTools.send("Performance.enable", clock);
  }

  /** The time that the page's main thread has worked so far, on the processor as slowed down. */
  private static double workMillis(CDPSession devTools) {
    for (JsonElement metric : devTools.send("Performance.getMetrics").getAsJsonArray("metrics")) {
      if (metric.getAsJsonObject().get("name").getAsString().equals("TaskDuration")) {
        return metric.getAsJsonObject().get("value").getAsDouble() * 1000;
      }
    }
    throw new IllegalStateException("Chrome does not tell how long the page's thread has worked");
  }

  /** What is in use once all garbage is collected. */
  private static JsonObject heap(CDPSession devTools) {
    devTools.send("HeapProfiler.collectGarbage");
    return devTools.send("Runtime.getHeapUsage");
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }
}
