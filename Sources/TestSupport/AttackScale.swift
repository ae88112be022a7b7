internal import Foundation

/// How much the attack suites try: a little in every test run, much more on demand.
///
/// This is the one place that reads the environment variable `ESPALIER_ATTACK`.
public enum AttackScale {
  /// True if the variable is `full`.
  public static let isFull = ProcessInfo.processInfo.environment["ESPALIER_ATTACK"] == "full"

  /// The number of trials of a suite.
  public static func count(inTests few: Int, inAttack many: Int) -> Int { isFull ? many : few }
}
