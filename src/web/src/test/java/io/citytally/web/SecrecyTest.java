package io.citytally.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
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

/** Anyone who knows a capability owns its ballots, so nobody learns it from a log. */
class SecrecyTest {

  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final String PACKAGE = "io.citytally.web";

  private final FakeCity city = new FakeCity();
  private final WebApplication application =
      new WebApplication(
          city.results(),
          city.history(),
          city.ballot(),
          city,
          city,
          new OpenVoters(),
          Clock.systemUTC());
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

  private int send(String method, String body) {
    return application
        .handle(
            new Request(
                method,
                "/api/votes/mine",
                Map.of("Content-Type", "application/json", OpenVoters.HEADER, ID),
                body.getBytes(StandardCharsets.UTF_8),
                Map.of()))
        .status();
  }

  @Test
  void logsNoIdWhateverGoesWrong() {
    String vote = "{\"region\": \"Wesoła\", \"improvements\": [\"park\"]}";
    assertThat(send("PUT", vote)).isEqualTo(200);
    assertThat(send("PUT", "{}")).isEqualTo(400);
    assertThat(send("PUT", vote.replace("park", "x"))).isEqualTo(422);
    assertThat(send("PUT", vote.replace("park", "pool"))).isEqualTo(412);
    String id = city.votes.keySet().iterator().next();
    // The store's own message names it.
    city.down = true;
    assertThat(send("PUT", vote)).isEqualTo(503);
    assertThat(send("GET", "")).isEqualTo(503);

    assertThat(logged)
        .isNotEmpty()
        .noneMatch(line -> line.contains(ID))
        .noneMatch(line -> line.contains(id));
  }
}
