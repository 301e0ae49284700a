package io.citytally.cli.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

class ServiceTimeTest {

  private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private static GetItemResponse response(SdkHttpResponse http) {
    return (GetItemResponse) GetItemResponse.builder().sdkHttpResponse(http).build();
  }

  private static void checkAt(Instant time, SdkHttpResponse http) {
    ServiceTime inHeader = ServiceTime::inHeader;
    inHeader.check(response(http), Clock.fixed(time, ZoneOffset.UTC), MARGIN);
  }

  private static SdkHttpResponse dated(String date) {
    return SdkHttpFullResponse.builder().statusCode(200).putHeader("date", date).build();
  }

  @ParameterizedTest
  @ValueSource(longs = {-6_001, 6_001, 3_600_000})
  void refusesAClockThatDiffersByMoreThanTheMarginAndASecond(long millis) {
    Instant here = NOON.plusMillis(millis);

    assertThatExceptionOfType(RefusedElectionException.class)
        .isThrownBy(() -> checkAt(here, dated("Fri, 01 May 2026 12:00:00 GMT")))
        .withMessage(
            "the clock of this machine shows "
                + here
                + ", and the clock of DynamoDB 2026-05-01T12:00:00Z. Nothing was written, because"
                + " ballots are taken by the time of AWS. Set the clock of this machine and run the"
                + " same command again.");
  }

  @ParameterizedTest
  @ValueSource(longs = {-6_000, 0, 6_000})
  void acceptsAClockWithinTheMarginAndASecond(long millis) {
    assertThatNoException()
        .isThrownBy(() -> checkAt(NOON.plusMillis(millis), dated("Fri, 01 May 2026 12:00:00 GMT")));
  }

  @Test
  void acceptsEachClockIfTheResponseDoesNotTellTheTime() {
    SdkHttpResponse undated = SdkHttpFullResponse.builder().statusCode(200).build();

    assertThat(ServiceTime.inHeader(response(undated))).isEmpty();
    assertThatNoException().isThrownBy(() -> checkAt(Instant.EPOCH, undated));
  }
}
