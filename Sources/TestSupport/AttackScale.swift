import Foundation

/// How much the attack suites try: a little in every run of the tests, all of it in `make attack`.
public enum AttackScale {
  /// True if `ESPALIER_ATTACK` is `full`.
  public static let isFull = ProcessInfo.processInfo.environment["ESPALIER_ATTACK"] == "full"

  /// One of two counts, by `ESPALIER_ATTACK`.
  public static func count(inTests: Int, inAttack: Int) -> Int { isFull ? inAttack : inTests }
}
