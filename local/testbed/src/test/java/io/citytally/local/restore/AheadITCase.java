package io.citytally.local.restore;

import static io.citytally.local.city.City.PARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.citytally.VoteCountingJob;
import io.citytally.config.VoteCountingConfig;
import io.citytally.local.city.City;
import io.citytally.local.cloud.JobSettings;
import io.citytally.local.cloud.VoteStream;
import io.citytally.local.flink.LocalFlink;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** A job without state, on a stream that has lost what its totals have taken in. */
class AheadITCase {

  @Test
  void showsThatItTakesNewVotesForKnownOnesUntilItHasCaughtUpOrCountsInARaisedEpoch()
      throws Exception {
    try (City city = City.withKinesis(VoteStream.Faults.NONE)) {
      city.cloud().publishBallot(Map.of(PARK, "A park by the river"));
      LocalFlink first = start(city, Instant.EPOCH, 1);
      vote(city, "before", 5);
      city.assertExact(first, settings(city, 1));
      assertThat(first.metrics().present("choicesAhead")).isZero();
      first.cancel();

      LocalFlink second = start(city, City.now(), 1);
      vote(city, "swallowed", 4);
      // The choice, and the turnout of its region.
      await()
          .atMost(City.TIMEOUT)
          .until(
              () ->
                  second.metrics().total("changesCounted") == 4
                      && second.metrics().present("choicesAhead") == 2);
      assertThat(city.cloud().totals()).containsEntry(PARK, 5L);
      vote(city, "caught up", 2);
      city.awaitTotal(PARK, 6);
      await().atMost(City.TIMEOUT).until(() -> second.metrics().present("choicesAhead") == 0);
      second.cancel();

      LocalFlink third = start(city, City.now(), 2);
      vote(city, "on top", 3);
      city.awaitTotal(PARK, 9);
      assertThat(third.metrics().present("choicesAhead")).isZero();
    }
  }

  private static LocalFlink start(City city, Instant position, long epoch) throws Exception {
    JobSettings settings = settings(city, epoch);
    Map<String, Properties> properties = city.cloud().propertiesOf(settings);
    properties.get("citytally.source").setProperty("initial.position", position.toString());
    return city.startJob(
        VoteCountingJob.pipeline(VoteCountingConfig.parse(properties)),
        settings.parallelism(),
        Optional.empty());
  }

  private static JobSettings settings(City city, long epoch) {
    return city.settings(Duration.ofMillis(200), 2, epoch);
  }

  private static void vote(City city, String ids, int votes) {
    for (int vote = 0; vote < votes; vote++) {
      city.votes().cast(ids + "-" + vote, PARK);
    }
  }
}
