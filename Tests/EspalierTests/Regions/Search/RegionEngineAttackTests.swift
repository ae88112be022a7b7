import TestSupport
import Testing

/// More of the same: many seeds, if they are asked for.
@Suite struct RegionEngineAttackTests {
  @Test(arguments: RegionSample.Kind.allCases)
  func enginesAgreeOnManySeeds(kind: RegionSample.Kind) throws {
    for seed in 0..<AttackScale.count(inTests: 1, inAttack: 150) {
      let sample = try RegionSample(kind, seed: 10_000 + UInt64(seed))
      try RegionAgreement.check(sample, mostUnits: 6)
      let plane = try RegionSample(
        kind, seed: 20_000 + UInt64(seed), inputCount: 2, largest: AttackScale.isFull ? 7 : 4)
      try RegionAgreement.check(plane, mostUnits: 0)
    }
  }
}
