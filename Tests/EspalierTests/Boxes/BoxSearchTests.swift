import CBCBackend
import Certificates
import ExactArithmetic
import ModelIO
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Cutting the domain: what it claims is what a checker finds, and nothing depends on threads.
@Suite struct BoxSearchTests {
  private static let layerCount = 2

  private static func model() throws -> (model: ImportedModel, box: Box) {
    let model = try ModelReader.read(path: RegionFixture.path("models/random/3-16-16.npz"))
    return (model, Box(lower: -1, upper: 1, count: 3))
  }

  /// Every side is asked about, whatever samples show, so that there is much to cut.
  private static func search(
    boxes: Int, concurrency: Concurrency = .serial
  ) throws -> (proof: BoxProof?, search: BoxSearch) {
    let (model, box) = try model()
    var search = BoxSearch(
      network: ExactNetwork(model.network), layerCount: layerCount, domain: box,
      limits: .init(boxes: boxes, yields: []), concurrency: concurrency)
    let proof = search.search(isWanted: { _, _ in true }, replay: { _ in }, shouldStop: { false })
    return (proof, search)
  }

  @Test func provesTheSameOnThreads() throws {
    let alone = try Self.search(boxes: 600)
    let together = try Self.search(boxes: 600, concurrency: .threads(2))
    #expect(alone.proof == together.proof)
    #expect(alone.search.intervals == together.search.intervals)
  }

  /// With few boxes and with more open ones than are kept in order of size.
  @Test(arguments: [2, 40, 1500]) func intervalsAreThoseOfTheProof(limit: Int) throws {
    let (proof, search) = try Self.search(boxes: limit)
    let (model, box) = try Self.model()
    let network = model.network
    let certificate = Certificate(
      producer: "test",
      model: ModelBinding(files: model.files, networkDigest: network.digest),
      domain: try InputDomain(box: box), points: [], member: nil, boxes: try #require(proof),
      steps: [],
      verdicts: network.reluUnits.map { unit in
        Verdict(
          unit: unit, stability: .undecided,
          bounds: search.intervals.layers[unit.layer][unit.index], settledBy: "none",
          limit: "test")
      })
    let proved = try CertificateChecker.check(
      certificate, model: CheckedModel(files: model.files, network: network)
    ).proved
    for (k, layer) in search.intervals.layers.enumerated() {
      for (i, interval) in layer.enumerated() {
        let final = proved[UnitID(layer: k, index: i)]
        #expect(interval.lower <= final.lower && final.upper <= interval.upper)
      }
    }
  }

  @Test func moreBoxesProveMore() throws {
    let few = try Self.search(boxes: 2).search.intervals
    let many = try Self.search(boxes: 1500).search.intervals
    let widths = [few, many].map { intervals in
      intervals.layers.joined().reduce(0) { $0 + ($1.upper - $1.lower).approximation }
    }
    #expect(widths[1] < 0.9 * widths[0])
  }

  /// Doubles and exact numbers follow the same rules, so they say nearly the same.
  @Test func doublesAreNearExactNumbers() throws {
    let (model, box) = try Self.model()
    let exact = BoxBounds(network: ExactNetwork(model.network), layerCount: 3).intervals(on: box)
    let batch = BoxBatchBounds(network: model.network, layerCount: 3).bounds(on: [box, box])
    for k in 0..<3 {
      for (i, interval) in exact[k].enumerated() {
        let (low, high) = (interval.lower.approximation, interval.upper.approximation)
        let slack = 1e-7 * (high - low) + 1e-12
        for row in 0..<2 {
          // Nothing rests on the lower end of a unit that is off.
          if high >= 0 { #expect(abs(batch.lower[k][row, i] - low) <= slack) }
          #expect(abs(batch.upper[k][row, i] - high) <= slack)
        }
      }
    }
  }

  @Test func endsWithoutYield() throws {
    let (model, box) = try Self.model()
    var search = BoxSearch(
      network: ExactNetwork(model.network), layerCount: Self.layerCount, domain: box,
      limits: .init(boxes: 4000, yields: [(boxes: 100, share: 0.5)]), concurrency: .serial)
    let proof = search.search(isWanted: { _, _ in true }, replay: { _ in }, shouldStop: { false })
    #expect(proof == nil)
    #expect(search.boxCount < 400)
  }

  @Test func isNotTriedWhereManyInputsVary() throws {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[Double](repeating: 1, count: 17)]), biases: [-3],
          activation: .relu),
        Layer(
          weights: Matrix(rows: (0..<9).map { [Double($0 + 1)] }),
          biases: [Double](repeating: -20, count: 9), activation: .relu),
        Layer(
          weights: Matrix(rows: [[Double](repeating: 1, count: 9)]), biases: [0],
          activation: .identity),
      ], scalarType: .float64)
    var analysis = try StabilityAnalysis(
      network: network, domain: InputDomain(box: Box(lower: -1, upper: 1, count: 17)),
      options: AnalysisOptions(engines: [.boxes]),
      decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
    #expect(analysis.run().boxes == nil)
  }
}
