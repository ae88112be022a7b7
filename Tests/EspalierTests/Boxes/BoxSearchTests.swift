import CBCBackend
import Certificates
import ExactArithmetic
import ModelIO
import NeuralNetwork
import TestSupport
import Testing

@testable import Espalier

/// Cutting the domain: what it decides, that it is bounded, and that nothing depends on threads.
@Suite struct BoxSearchTests {
  private struct Case {
    let model: ImportedModel
    let domain: InputDomain
  }

  private static func acas(_ name: String, property: Int) throws -> Case {
    let model = try ModelReader.read(
      path: RegionFixture.path("models/thirdparty/ACASXU_run2a_\(name)_batch_2000.onnx"))
    let domain = try DomainReader.read(
      path: RegionFixture.path("domains/prop_\(property).vnnlib"),
      inputCount: model.network.inputCount
    ).domain
    return Case(model: model, domain: domain)
  }

  private static func search(
    _ scene: Case, boxes: Int, concurrency: Concurrency = .serial
  ) throws -> (proof: BoxProof?, search: BoxSearch) {
    let network = ExactNetwork(scene.model.network)
    var search = BoxSearch(
      network: network, layerCount: 6, domain: scene.domain.box, limits: .init(boxes: boxes),
      concurrency: concurrency)
    var pool = SamplePool(network: scene.model.network)
    let proof = search.search(
      isWanted: { !pool.shows($0, $1) },
      replay: { pool.add(BatchMatrix(rows: $0, columnCount: 5)) }, shouldStop: { false })
    return (proof, search)
  }

  /// A counter that must not grow: the boxes that decide every unit of a network.
  @Test func decidesEveryUnitInFewBoxes() throws {
    let scene = try Self.acas("3_3", property: 4)
    var analysis = try StabilityAnalysis(
      network: scene.model.network, domain: scene.domain, options: AnalysisOptions(),
      decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
    let result = analysis.run()
    #expect(result.verdicts.allSatisfy { $0.stability != .undecided })
    let boxes = try #require(result.boxes)
    #expect(boxes.boxCount <= 60)
    let certificate = result.certificate(files: scene.model.files, producer: "test")
    let summary = try CertificateChecker.check(
      certificate, model: CheckedModel(files: scene.model.files, network: scene.model.network)
    ).summary
    #expect(summary.boxCount == boxes.boxCount)
  }

  @Test func provesTheSameOnThreads() throws {
    let scene = try Self.acas("3_3", property: 4)
    let alone = try Self.search(scene, boxes: 400)
    let together = try Self.search(scene, boxes: 400, concurrency: .threads(2))
    #expect(alone.proof == together.proof)
    #expect(alone.search.intervals == together.search.intervals)
  }

  /// What the search claims to hold is what a checker finds.
  @Test(arguments: [1, 40, 4000]) func intervalsAreThoseOfTheProof(limit: Int) throws {
    let scene = try Self.acas("3_3", property: 4)
    let (proof, search) = try Self.search(scene, boxes: limit)
    let certificate = Certificate(
      producer: "test",
      model: ModelBinding(files: scene.model.files, networkDigest: scene.model.network.digest),
      domain: scene.domain, points: [], member: nil, boxes: proof, steps: [],
      verdicts: scene.model.network.reluUnits.map { unit in
        Verdict(
          unit: unit, stability: .undecided,
          bounds: unit.layer < 6
            ? search.intervals.layers[unit.layer][unit.index] : Interval(.zero),
          settledBy: "none", limit: "test")
      })
    let state = try CertificateChecker.check(
      certificate, model: CheckedModel(files: scene.model.files, network: scene.model.network)
    ).proved
    #expect(proof != nil)
    for (k, layer) in search.intervals.layers.enumerated() {
      for (i, interval) in layer.enumerated() {
        let proved = state[UnitID(layer: k, index: i)]
        #expect(interval.lower <= proved.lower && proved.upper <= interval.upper)
      }
    }
  }

  /// Doubles and exact numbers follow the same rules, so they say nearly the same.
  @Test func doublesAreNearExactNumbers() throws {
    let scene = try Self.acas("3_3", property: 4)
    let network = ExactNetwork(scene.model.network)
    let exact = BoxBounds(network: network, layerCount: 6).intervals(on: scene.domain.box)
    let batch = BoxBatchBounds(network: scene.model.network, layerCount: 6)
      .bounds(on: [scene.domain.box, scene.domain.box])
    for k in 0..<6 {
      for (i, interval) in exact[k].enumerated() {
        let width = (interval.upper - interval.lower).approximation
        for row in 0..<2 {
          #expect(
            abs(batch.lower[k][row, i] - interval.lower.approximation) <= 1e-7 * width + 1e-12)
          #expect(
            abs(batch.upper[k][row, i] - interval.upper.approximation) <= 1e-7 * width + 1e-12)
        }
      }
    }
  }

  @Test func isNotTriedWhereManyInputsVary() throws {
    let network = try Network(
      layers: [
        Layer(
          weights: Matrix(rows: [[Double](repeating: 1, count: 17)]), biases: [-3],
          activation: .relu),
        Layer(weights: Matrix(rows: [[1]]), biases: [-20], activation: .relu),
        Layer(weights: Matrix(rows: [[1]]), biases: [0], activation: .identity),
      ], scalarType: .float64)
    var analysis = try StabilityAnalysis(
      network: network, domain: InputDomain(box: Box(lower: -1, upper: 1, count: 17)),
      options: AnalysisOptions(engines: [.boxes]),
      decider: UnitSearch(lpEngine: CLPSolver(), milpSolver: CBCSolver()))
    #expect(analysis.run().boxes == nil)
  }
}
