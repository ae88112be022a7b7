import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// What changes nothing about a network's regions changes nothing about their counts.
@Suite struct RegionInvariantTests {
  static let kinds: [RegionSample.Kind] = [
    .trained, .integers, .proportional, .identities, .blocks, .rows, .thinRows,
  ]

  @Test(arguments: kinds)
  func orderOfUnitsDoesNotMatter(kind: RegionSample.Kind) throws {
    for seed in 0..<4 {
      let sample = try RegionSample(kind, seed: 200 + UInt64(seed))
      var generator = SplitMix64(seed: UInt64(seed))
      var layers = sample.network.layers
      for k in layers.indices.dropLast() {
        let order = Array(0..<layers[k].unitCount).shuffled(using: &generator)
        layers[k] = layers[k].withRows(order)
        layers[k + 1] = layers[k + 1].withColumns(order)
      }
      try expectSameCounts(sample, layers)
    }
  }

  @Test(arguments: kinds)
  func scalesBetweenLayersDoNotMatter(kind: RegionSample.Kind) throws {
    for seed in 0..<4 {
      let sample = try RegionSample(kind, seed: 300 + UInt64(seed))
      var generator = SplitMix64(seed: UInt64(seed))
      var layers = sample.network.layers
      for k in layers.indices.dropLast() {
        let factors = (0..<layers[k].unitCount).map { _ in
          Double(
            sign: .plus, exponent: Int.random(in: -3...3, using: &generator), significand: 1)
        }
        layers[k] = layers[k].scaled(rows: factors)
        layers[k + 1] = layers[k + 1].scaled(columns: factors.map { 1 / $0 })
      }
      try expectSameCounts(sample, layers)
    }
  }

  @Test(arguments: kinds)
  func countsOfFirstLayersAreThoseOfAll(kind: RegionSample.Kind) throws {
    for seed in 0..<4 {
      let sample = try RegionSample(kind, seed: 400 + UInt64(seed))
      let all = try RegionCount.result(sample.proved, layerCount: sample.layerCount)
      for k in 1...sample.layerCount {
        let first = try RegionCount.result(sample.proved, layerCount: k)
        #expect(first.totals == Array(all.totals.prefix(k)))
      }
    }
  }

  /// Nodes come in the same order whoever searches the pieces.
  @Test func numberOfThreadsChangesNothing() throws {
    for (seed, engine) in [(1, RegionEngine.faces), (2, .cells)] {
      let sample = try RegionSample(deep: UInt64(seed))
      let serial = try RegionTree(sample, engine)
      for threadCount in 1...3 {
        let tree = try RegionTree(sample, engine, concurrency: .threads(threadCount))
        #expect(tree.nodes == serial.nodes && tree.counts == serial.counts)
      }
      #expect(serial.pieceCount > 1)
    }
  }

  private func expectSameCounts(_ sample: RegionSample, _ layers: [Layer]) throws {
    let changed = RegionSample(
      kind: sample.kind, network: try Network(layers: layers, scalarType: .float64),
      domain: sample.domain)
    for definition in sample.definitions {
      let before = try RegionCount.result(
        sample.proved, .automatic, definition, layerCount: sample.layerCount)
      let after = try RegionCount.result(
        changed.proved, .automatic, definition, layerCount: sample.layerCount)
      #expect(before.totals == after.totals, "\(definition)")
      #expect(before.mapCount == after.mapCount && before.pieceCount == after.pieceCount)
    }
  }
}

/// The nodes of a count with proof.
struct RegionTree {
  private(set) var nodes: [RegionNode] = []
  private(set) var pieces: [RegionPiece] = []
  private(set) var pieceCount = 0
  let counts: [[Int]]
  let isComplete: Bool
  let result: RegionResult

  /// Searches the trees of all parts.
  init(
    _ sample: RegionSample, _ engine: RegionEngine, known: [RegionPiece] = [],
    concurrency: Concurrency = .serial,
    goesOn: @escaping @Sendable (Int) -> Bool = { _ in true }
  ) throws {
    try self.init(
      proved: sample.proved, layerCount: sample.layerCount, engine, known: known,
      concurrency: concurrency, goesOn: goesOn)
  }

  /// Searches the trees of all parts on given intervals.
  init(
    proved: ProofState, layerCount: Int, _ engine: RegionEngine, known: [RegionPiece] = [],
    concurrency: Concurrency = .serial,
    goesOn: @escaping @Sendable (Int) -> Bool = { _ in true }
  ) throws {
    let counter = try RegionCounter(
      proved: proved,
      options: RegionOptions(engine: engine, layerCount: layerCount, hasProof: true),
      concurrency: concurrency)
    var nodes: [RegionNode] = []
    var pieces: [RegionPiece] = []
    var pieceCount = 0
    result = try counter.run(
      known: Dictionary(uniqueKeysWithValues: known.map { ($0.id, $0) }),
      onPiece: { pieces.append($0) }, onNodes: { nodes += $0 },
      onProgress: { pieceCount = max(pieceCount, $0.pieceCount) }, goesOn: goesOn)
    counts = result.parts.map(\.counts)
    isComplete = result.isComplete
    (self.nodes, self.pieces, self.pieceCount) = (nodes, pieces, pieceCount)
  }
}

extension Layer {
  /// The same units in another order.
  func withRows(_ order: [Int]) -> Layer {
    Layer(
      weights: Matrix(rows: order.map { Array(weights.row($0)) }),
      biases: order.map { biases[$0] }, activations: order.map { activations[$0] })
  }

  /// The same for the units below.
  func withColumns(_ order: [Int]) -> Layer {
    Layer(
      weights: Matrix(rows: (0..<unitCount).map { i in order.map { weights[i, $0] } }),
      biases: biases, activations: activations)
  }

  /// Units times factors.
  func scaled(rows factors: [Double]) -> Layer {
    Layer(
      weights: Matrix(
        rows: factors.enumerated().map { i, factor in weights.row(i).map { $0 * factor } }),
      biases: zip(biases, factors).map { $0 * $1 }, activations: activations)
  }

  /// Columns times factors.
  func scaled(columns factors: [Double]) -> Layer {
    Layer(
      weights: Matrix(
        rows: (0..<unitCount).map { i in zip(weights.row(i), factors).map { $0 * $1 } }),
      biases: biases, activations: activations)
  }
}
