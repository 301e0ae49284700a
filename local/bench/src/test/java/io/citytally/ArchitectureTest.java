package io.citytally;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** The directions within the modules; between modules, their dependencies hold them. */
@AnalyzeClasses(packages = "io.citytally", importOptions = MainCode.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule theDomainKnowsNothingButItself =
      classes()
          .that()
          .resideInAPackage("io.citytally.vote..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "io.citytally.vote..", "org.apache.flink.api.common.typeinfo..");

  @ArchTest
  static final ArchRule theStagesOfTheJobDoNotKnowEachOther =
      slices()
          .matching("io.citytally.(config|count|source|sink)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule onlyOneClassKnowsLambda =
      noClasses()
          .that()
          .resideInAPackage("io.citytally.web..")
          .and()
          .doNotHaveSimpleName("LambdaHandler")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.amazonaws.services.lambda..");

  @ArchTest
  static final ArchRule thePipelineTakesPlainValues =
      noClasses()
          .that()
          .haveSimpleName("VoteCountingPipeline")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.citytally.config..");

  @ArchTest
  static final ArchRule onlyTheSourceKnowsTheConsumers =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.citytally.source..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink.streaming.connectors.kinesis..");

  @ArchTest
  static final ArchRule onlyTheConfigurationKnowsWhereItRuns =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.citytally.config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.amazonaws.services.kinesisanalytics..");

  @ArchTest
  static final ArchRule onlyTheListOfMetricsRegistersThem =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.citytally.count..", "io.citytally.source..", "io.citytally.sink..")
          .should()
          .callMethod(MetricGroup.class, "counter", String.class)
          .orShould()
          .callMethod(MetricGroup.class, "gauge", String.class, Gauge.class);

  @ArchTest
  static final ArchRule namesSayWhatAClassDoes =
      noClasses().should().haveNameMatching(".*(Util|Utils|Common|Manager|Helper)$");
}
