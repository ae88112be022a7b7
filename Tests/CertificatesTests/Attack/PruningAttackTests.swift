import Certificates
import TestSupport
import Testing

/// Prunings that remove what is alive, in a wrong order or somewhere else, or claim too much.
@Suite struct PruningAttackTests {
  /// How many altered prunings each seed tries at least.
  private static let count = AttackScale.count(inTests: 500, inAttack: 40_000)

  @Test(arguments: [81, 82, 83] as [UInt64])
  func removesNothingAlive(seed: UInt64) throws {
    // Integers mostly: forced results are then what an honest rewrite would have written.
    var random = RandomNetworks(seed: seed, isInteger: seed != 83)
    let both = BothCheckers("PruningAttackTests", seed: seed)
    while both.tried < Self.count {
      let isSpare = Bool.random(using: &random.generator)
      let forger = PruningForger(
        analyzed: try AnalyzedScene(&random, hidden: 1...3, isSpare: isSpare))
      for _ in 0..<8 {
        if let (certificate, subject, isAllowed) = try forger.forced(&random) {
          let rule = try both.rule(of: certificate, subject, "forced")
          #expect(rule != nil || isAllowed)
        }
      }
      for _ in 0..<12 {
        guard let changed = forger.changed(&random) else { break }
        try both.rule(of: changed, forger.analyzed.subject, "changed")
      }
    }
    try both.finish()
    #expect(both.rejected > Self.count / 2)
  }
}
