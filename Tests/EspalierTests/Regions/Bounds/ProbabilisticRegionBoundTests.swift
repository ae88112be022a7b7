import BigInt
import TestSupport
import Testing

@testable import Espalier

/// The tail by hand, and how often the bound is wrong where the truth is known.
@Suite struct ProbabilisticRegionBoundTests {
  @Test func theTailByHand() {
    // Four slacks: 4 · 2^-4 = 1/4 is allowed at a confidence of 3/4, and not above.
    #expect(ProbabilisticRegionBound.criticalCount(4, slack: 1, confidence: 0.75) == 4)
    #expect(ProbabilisticRegionBound.criticalCount(4, slack: 1, confidence: 0.8) == nil)
    // 4 · (1/4^2) = 1/4; one of two would be 4 · 7/16.
    #expect(ProbabilisticRegionBound.criticalCount(2, slack: 2, confidence: 0.75) == 2)
    #expect(ProbabilisticRegionBound.criticalCount(0, slack: 1, confidence: 0.5) == nil)
    // 4 · (C(20, 15) + … + C(20, 20)) / 2^20 = 0.0828; with 14 it is 0.2307.
    #expect(ProbabilisticRegionBound.criticalCount(20, slack: 1, confidence: 0.9) == 15)
  }

  @Test func theBestSlackIsChosen() throws {
    let even = try #require(
      ProbabilisticRegionBound(survivals: Array(repeating: 6, count: 20), confidence: 0.9))
    #expect(even.exponent == 5 && even.slack == 1 && even.parityCount == 6)
    let few = try #require(
      ProbabilisticRegionBound(
        survivals: Array(repeating: 0, count: 14) + Array(repeating: 9, count: 6),
        confidence: 0.9))
    #expect(few.exponent == 5 && few.slack == 4 && few.confidence == 0.9)
    #expect(
      ProbabilisticRegionBound(survivals: Array(repeating: 0, count: 20), confidence: 0.9) == nil)
    #expect(ProbabilisticRegionBound(survivals: [], confidence: 0.9) == nil)
  }

  /// Trials without any solver: the set of patterns is known, so every trial goes as far as it can.
  @Test(arguments: [1, 3, 16, 21, 100])
  func falseBoundsAreAsRareAsPromised(patternCount: Int) {
    var generator = SplitMix64(seed: UInt64(patternCount))
    let unitCount = 12
    var wrongCount = 0
    let runCount = 200
    for _ in 0..<runCount {
      var patterns: Set<OpenUnitPattern> = []
      while patterns.count < patternCount {
        let bits = (0..<unitCount).map { _ in Bool.random(using: &generator) }
        patterns.insert(OpenUnitPattern(isOn: bits))
      }
      let survivals = (0..<20).map { _ in
        var left = patterns
        var count = 0
        while count < unitCount {
          let parity = ParityConstraint(
            unitCount: unitCount, memberShare: 0.5, using: &generator)
          left = left.filter { parity.holds(for: $0) }
          if left.isEmpty { break }
          count += 1
        }
        return count
      }
      let bound = ProbabilisticRegionBound(survivals: survivals, confidence: 0.9)
      if let bound, BigInt(1) << bound.exponent > BigInt(patternCount) { wrongCount += 1 }
    }
    #expect(wrongCount * 10 <= runCount)
  }
}
