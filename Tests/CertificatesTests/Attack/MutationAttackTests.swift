import Certificates
import StrictJSON
import TestSupport
import Testing

/// Every value of certificates that the analysis makes of random networks, altered.
@Suite struct MutationAttackTests {
  /// How many altered certificates each seed tries at least.
  private static let count = AttackScale.count(inTests: 500, inAttack: 35_000)

  /// The share of the single changes of one certificate that is tried.
  private static let share = AttackScale.isFull ? 4 : 40

  @Test(arguments: [61, 62, 63, 64] as [UInt64])
  func everyChangeIsRejectedOrTrue(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed, isInteger: seed % 2 == 1)
    let both = BothCheckers("MutationAttackTests", seed: seed)
    while both.tried < Self.count {
      let analyzed = try AnalyzedScene(&random, hidden: 1...3)
      let json = analyzed.certificate.json
      #expect(try both.rule(of: json, analyzed.subject) == nil)
      for path in json.paths {
        guard let old = json.value(at: path) else { continue }
        for mutant in JSONMutator.mutants(of: old)
        where Int.random(in: 0..<Self.share, using: &random.generator) == 0 {
          try both.rule(
            of: json.replacing(path, with: mutant), analyzed.subject, path.joined(separator: "."))
        }
      }
      for _ in 0..<20 {
        var document = json
        for _ in 0..<Int.random(in: 2...4, using: &random.generator) {
          document = JSONMutator.mutated(document, using: &random.generator)
        }
        try both.rule(of: document, analyzed.subject, "several changes")
      }
    }
    try both.finish()
    #expect(both.rejected > Self.count / 2)
  }
}
