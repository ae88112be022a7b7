import Certificates
import TestSupport
import Testing

/// Random proofs of claims that are just false, on tiny networks whose truth is known.
@Suite struct FalseClaimAttackTests {
  /// How many false claims each seed tries at least.
  private static let count = AttackScale.count(inTests: 800, inAttack: 90_000)

  @Test(arguments: [51, 52, 53, 54, 55] as [UInt64])
  func provesNothingFalse(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed, isInteger: seed % 2 == 1)
    let both = BothCheckers("FalseClaimAttackTests", seed: seed)
    while both.tried < Self.count {
      let inputCount = Int.random(in: 1...2, using: &random.generator)
      let scene = try Scene(&random, inputCount: inputCount, hidden: 1...3)
      for _ in 0..<6 {
        let forger = ProofForger(scene, &random)
        for _ in 0..<4 {
          let (forged, generous) = forger.trees(&random)
          #expect(try both.rule(of: forged, scene.subject) != nil)
          if let lemma = forger.lemma(&random) {
            #expect(try both.rule(of: lemma, scene.subject) != nil)
          }
          try both.rule(of: generous, scene.subject)
        }
      }
    }
    try both.finish()
    // The same proofs do prove what is true, so they are not refused for their form.
    #expect(both.acceptedAndTrue > Self.count / 20)
  }
}
