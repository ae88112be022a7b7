import Certificates
import Espalier
import NeuralNetwork
import StrictJSON
import TestSupport
import Testing

/// Regions of random small networks: what the search claims is true and proved; what is altered
/// or made up is refused, or true.
@Suite struct RegionAttackTests {
  private static let seeds: [UInt64] = [121, 122, 123, 124]

  /// What the search finds; nil if a flat domain leaves it without a point.
  private static func searched(_ scene: RegionScene, _ engine: RegionEngine) throws -> RegionClaim?
  {
    do {
      return try scene.searched(by: engine)
    } catch RegionFailure.noPoint where !scene.domain.isBox {
      return nil
    }
  }

  @Test(arguments: seeds) func countsAreTrueAndProved(seed: UInt64) throws {
    let count = AttackScale.count(inTests: 24, inAttack: 20_000)
    var random = RandomNetworks(seed: seed, isInteger: seed % 4 == 1)
    let both = BothCheckers("RegionAttackTests, counts", seed: seed)
    while both.tried < count {
      let scene = try random.regionScene(isTied: seed % 2 == 0)
      let census = scene.census
      #expect(scene.parts == census.parts)
      for engine in [RegionEngine.faces, .cells, .exact] {
        guard let claim = try Self.searched(scene, engine) else { continue }
        let label = "\(engine) \(scene.domain) \(scene.network.layers)"
        #expect(claim.counts == census.counts, "\(label)")
        #expect(
          try both.rule(of: scene.certificate(claim), scene.subject, label) == nil, "\(label)")
      }
    }
    try both.finish()
    #expect(both.acceptedAndTrue == both.tried)
  }

  /// Every field of the claim and of its trees.
  @Test(arguments: seeds) func everyChangeIsRejectedOrTrue(seed: UInt64) throws {
    let count = AttackScale.count(inTests: 150, inAttack: 40_000)
    var random = RandomNetworks(seed: seed, isInteger: seed % 4 == 1)
    let both = BothCheckers("RegionAttackTests, changes", seed: seed)
    while both.tried < count {
      let scene = try random.regionScene(isTied: seed % 2 == 0)
      guard let claim = try Self.searched(scene, .automatic) else { continue }
      let json = scene.certificate(claim).json
      let places = json.paths.filter { $0.first == "regions" }
      let share = max(1, places.count * 20 * (AttackScale.isFull ? 1 : 8) / count)
      for path in places {
        guard let old = json.value(at: path) else { continue }
        for mutant in JSONMutator.mutants(of: old)
        where Int.random(in: 0..<share, using: &random.generator) == 0 {
          try both.rule(
            of: json.replacing(path, with: mutant), scene.subject, path.joined(separator: "."))
        }
      }
    }
    try both.finish()
    #expect(both.rejected > count / 2)
    #expect(both.acceptedAndTrue > 0)
  }

  /// Trees that lose, double or move branches, with the best proofs there are.
  @Test(arguments: seeds) func provesNothingFalse(seed: UInt64) throws {
    let count = AttackScale.count(inTests: 120, inAttack: 60_000)
    var random = RandomNetworks(seed: seed, isInteger: seed % 4 == 1)
    let both = BothCheckers("RegionAttackTests, false claims", seed: seed)
    var (leafCount, goodLeafCount) = (0, 0)
    while both.tried < count {
      let scene = try random.regionScene(isTied: seed % 2 == 0)
      guard let claim = try Self.searched(scene, .automatic) else { continue }
      let forger = RegionForger(scene, claim)
      for _ in 0..<12 { try both.rule(of: forger.forged(&random), scene.subject, "forged") }
      for certificate in forger.withoutBranches().prefix(12) {
        #expect(
          try both.rule(of: certificate, scene.subject, "without a branch") == .regionEmpty)
      }
      // The leaves of the forger are good ones: they prove what is true.
      let reproved = forger.reproved()
      let honest = scene.certificate(counts: claim.counts, reproved.nodes)
      #expect(try both.rule(of: honest, scene.subject, "proved anew") == nil)
      leafCount += reproved.leafCount
      goodLeafCount += reproved.exchangedCount
    }
    try both.finish()
    #expect(both.rejected > count / 2)
    #expect(2 * goodLeafCount > leafCount)
  }
}
