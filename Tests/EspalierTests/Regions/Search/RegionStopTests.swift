import NeuralNetwork
import Synchronization
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Counts that are stopped say what is proved, and go on to the same end.
@Suite struct RegionStopTests {
  static let kinds: [RegionSample.Kind] = [.trained, .integers, .rows, .blocks]

  @Test(arguments: kinds, RegionCount.engines)
  func boundsOfAStoppedCountHold(kind: RegionSample.Kind, engine: RegionEngine) throws {
    let largest = engine == .exact ? 4 : 8
    for seed in 0..<4 {
      let sample = try RegionSample(
        kind, seed: 600 + UInt64(seed), inputCount: 3, largest: largest)
      let truth = try RegionCount.totals(sample)
      for callCount in [0, 1, 2, 5, 11] {
        let stopper = Stopper(after: callCount)
        let counter = try RegionCounter(
          proved: sample.proved,
          options: RegionOptions(
            engine: engine, layerCount: sample.layerCount, hasProof: seed % 2 == 0))
        let result = try counter.run(goesOn: stopper.goesOn)
        guard !result.isComplete else {
          #expect(result.totals.map { Int($0) } == truth)
          continue
        }
        #expect(stopper.hasStopped)
        let upper = try #require(result.upperBound)
        #expect(zip(result.totals, truth).allSatisfy { $0 <= $1 })
        #expect(upper >= truth[truth.count - 1], "\(kind) \(engine) \(seed) \(callCount)")
      }
    }
  }

  @Test(arguments: kinds)
  func stoppedCountsGoOnToTheSameCertificate(kind: RegionSample.Kind) throws {
    for (seed, engine) in [(0, RegionEngine.faces), (1, .cells), (2, .faces)] {
      let sample = try RegionSample(kind, seed: 700 + UInt64(seed), inputCount: 3, largest: 8)
      let whole = try RegionTree(sample, engine)
      for callCount in [2, 4, 9, 33] {
        var known: [RegionPiece] = []
        var roundCount = 0
        while true {
          let stopper = Stopper(after: callCount + roundCount)
          let tree = try RegionTree(
            sample, engine, known: known, concurrency: .threads(2), goesOn: stopper.goesOn)
          known += tree.pieces
          roundCount += 1
          if tree.isComplete {
            #expect(tree.nodes == whole.nodes && tree.counts == whole.counts)
            break
          }
          try #require(roundCount < 2000)
        }
        #expect(Set(known.map(\.id)).count == known.count, "a piece was searched twice")
      }
    }
  }

  @Test func aCountThatMayNotBeginFindsNothing() throws {
    let sample = try RegionSample(.trained, seed: 3, inputCount: 3, largest: 8)
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

  var hasStopped: Bool { count.load(ordering: .relaxed) > limit }

  @Sendable func goesOn(_: Int) -> Bool {
    count.wrappingAdd(1, ordering: .relaxed).oldValue < limit
  }
}
