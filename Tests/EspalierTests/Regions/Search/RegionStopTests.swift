import NeuralNetwork
import Synchronization
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Counts that are stopped say what is proved, and go on to the same end.
@Suite struct RegionStopTests {
  @Test(arguments: [RegionEngine.faces, .cells], [true, false])
  func boundsOfAStoppedCountHold(engine: RegionEngine, hasProof: Bool) throws {
    for seed in 0..<2 {
      let sample = try RegionSample(deep: UInt64(seed))
      let truth = try RegionCount.totals(sample)
      var stoppedCount = 0
      for callCount in [0, 1, 2, 11, 40] {
        let counter = try RegionCounter(
          proved: sample.proved,
          options: RegionOptions(
            engine: engine, layerCount: sample.layerCount, hasProof: hasProof))
        let result = try counter.run(goesOn: Stopper(after: callCount).goesOn)
        guard !result.isComplete else {
          #expect(result.totals.map { Int($0) } == truth)
          continue
        }
        stoppedCount += 1
        #expect(zip(result.totals, truth).allSatisfy { $0 <= $1 })
        #expect(try #require(result.upperBound) >= truth[truth.count - 1], "\(seed) \(callCount)")
      }
      #expect(stoppedCount >= 3)
    }
  }

  /// Exact programs are slow enough for stops within trees of a few units.
  @Test(arguments: [.integers, .rows, .blocks] as [RegionSample.Kind])
  func boundsOfAStoppedExactCountHold(kind: RegionSample.Kind) throws {
    for seed in 0..<4 {
      let sample = try RegionSample(kind, seed: 600 + UInt64(seed), inputCount: 3)
      let truth = try RegionCount.totals(sample)
      for callCount in [0, 1, 3] {
        let counter = try RegionCounter(
          proved: sample.proved,
          options: RegionOptions(
            engine: .exact, layerCount: sample.layerCount, hasProof: false))
        let result = try counter.run(goesOn: Stopper(after: callCount).goesOn)
        #expect(zip(result.totals, truth).allSatisfy { $0 <= $1 })
        #expect(result.upperBound ?? result.totals[truth.count - 1] >= truth[truth.count - 1])
      }
    }
  }

  @Test(arguments: [(1, RegionEngine.faces), (2, .cells)])
  func stoppedCountsGoOnToTheSameCertificate(seed: Int, engine: RegionEngine) throws {
    let sample = try RegionSample(deep: UInt64(seed))
    let whole = try RegionTree(sample, engine)
    #expect(whole.pieceCount > 4)
    for callCount in [7, 23] {
      var known: [RegionPiece] = []
      var roundCount = 0
      while true {
        roundCount += 1
        let tree = try RegionTree(
          sample, engine, known: known, concurrency: .threads(2),
          goesOn: Stopper(after: callCount * roundCount).goesOn)
        known += tree.pieces
        if tree.isComplete {
          #expect(tree.nodes == whole.nodes && tree.counts == whole.counts)
          break
        }
        try #require(roundCount < 100)
      }
      #expect(Set(known.map(\.id)).count == known.count, "a piece was searched twice")
      #expect(known.count == whole.pieceCount)
    }
  }

  @Test func aCountThatMayNotBeginFindsNothing() throws {
    let sample = try RegionSample(deep: 3)
    for definition in RegionDefinition.allCases {
      let counter = try RegionCounter(
        proved: sample.proved,
        options: RegionOptions(
          definition: definition, layerCount: sample.layerCount, hasProof: false))
      let result = try counter.run { _ in false }
      #expect(!result.isComplete)
      #expect(result.mapCount == nil && result.pieceCount == nil)
    }
  }

  @Test func ballsAreRefused() throws {
    let sample = try RegionSample(.trained, seed: 1, inputCount: 2)
    let domain = try InputDomain(
      box: sample.domain.box, ball: L1Ball(center: [0, 0], radius: 0.5))
    let proved = RegionCounting.propagated(sample.network, domain)
    #expect(throws: RegionFailure.ball) {
      try RegionCounter(
        proved: proved, options: RegionOptions(layerCount: 1, hasProof: false))
    }
  }
}

/// Says no after so many questions.
final class Stopper: Sendable {
  private let limit: Int
  private let count = Atomic<Int>(0)

  init(after limit: Int) { self.limit = limit }

  @Sendable func goesOn(_: Int) -> Bool {
    count.wrappingAdd(1, ordering: .relaxed).oldValue < limit
  }
}
