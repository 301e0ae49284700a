package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who knows an id owns the vote, so nobody learns it from a log. */
class SecrecyTest {

  private static final String ID = "kZ3_u-0aQ7x1VbN4";
  private static final String PACKAGE = "io.citytally.web";

  private final FakeCity city = new FakeCity();
  private final WebApplication application =
      new WebApplication(city.results(), city.ballot(), city, Optional.empty(), Clock.systemUTC());
  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LogManager.getLogger(PACKAGE);
  private final AbstractAppender appender =
      new AbstractAppender("memory", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          logged.add(event.getMessage().getFormattedMessage() + " " + event.getThrown());
        }
      };

  @BeforeEach
  void listen() {
    Configurator.setLevel(PACKAGE, Level.ALL);
    appender.start();
    logger.addAppender(appender);
    logger.setAdditive(false);
  }

  @AfterEach
  void stop() {
    logger.removeAppender(appender);
    logger.setAdditive(true);
    Configurator.setLevel(PACKAGE, Level.ERROR);
    application.close();
  }

  private int send(String method, String path, String body) {
    return application
        .handle(
            new Request(
                method,
                path,
                Map.of("Content-Type", "application/json"),
                body.getBytes(StandardCharsets.UTF_8),
                Map.of()))
        .status();
  }

  @Test
  void logsNoIdWhateverGoesWrong() {
    String vote = "{\"region\": \"Wesoła\", \"improvement\": \"park\"}";
    assertThat(send("PUT", "/api/votes/" + ID, vote)).isEqualTo(200);
    assertThat(send("PUT", "/api/votes/" + ID, "{}")).isEqualTo(400);
    assertThat(send("PUT", "/api/votes/" + ID, vote.replace("park", "x"))).isEqualTo(422);
    // The store's own message names it.
    city.down = true;
    assertThat(send("PUT", "/api/votes/" + ID, vote)).isEqualTo(503);
    assertThat(send("DELETE", "/api/votes/" + ID, "")).isEqualTo(503);

    assertThat(logged).isNotEmpty().noneMatch(line -> line.contains(ID));
  }
}
