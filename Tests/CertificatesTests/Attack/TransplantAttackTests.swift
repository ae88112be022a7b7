import Certificates
import NeuralNetwork
import TestSupport
import Testing

/// Valid proofs of the analysis, given for another unit, side, layer, network or domain.
@Suite struct TransplantAttackTests {
  /// How many transplants each seed tries at least.
  private static let count = AttackScale.count(inTests: 700, inAttack: 50_000)

  @Test(arguments: [71, 72, 73] as [UInt64])
  func provesNothingFalseElsewhere(seed: UInt64) throws {
    var random = RandomNetworks(seed: seed, isInteger: seed % 2 == 1)
    let both = BothCheckers("TransplantAttackTests", seed: seed)
    while both.tried < Self.count {
      let donor = try AnalyzedScene(&random, hidden: 1...3)
      try attack(donor, &random, both)
      let others = try (0..<3).map { _ in
        try Scene(
          random.neighbour(of: donor.scene.network), donor.scene.domain,
          member: donor.scene.member)
      }
      for other in others {
        // As it is, and with the names of the other network.
        #expect(try both.rule(of: donor.certificate, other.subject) != nil)
        let transplant = Transplant(donor, to: other)
        try both.rule(of: transplant.certificate, transplant.subject, "network")
      }
    }
    try both.finish()
    #expect(both.rejected > Self.count / 4)
  }

  private func attack(
    _ donor: AnalyzedScene, _ random: inout RandomNetworks, _ both: BothCheckers
  ) throws {
    for _ in 0..<12 {
      if let transplant = Transplant(donor, changingDomain: &random) {
        try both.rule(of: transplant.certificate, transplant.subject, "domain")
      }
      if let transplant = Transplant(donor, changingSteps: &random) {
        try both.rule(of: transplant.certificate, transplant.subject, "steps")
      }
    }
  }
}
