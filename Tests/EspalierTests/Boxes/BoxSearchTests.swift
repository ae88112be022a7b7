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
    #expect(alone.search.claims == together.search.claims)
  }

  /// Whenever the search ends, a checker finds what it claims, end by end.
  @Test(arguments: [100, 300, 1500]) func claimsAreThoseOfTheProof(limit: Int) throws {
    let (proof, search) = try Self.search(boxes: limit)
    let boxes = try #require(proof)
    #expect(Set(boxes.targets) == Set(search.claims.ends.keys))
    let (model, box) = try Self.model()
    let network = model.network
    let certificate = Certificate(
      producer: "test",
      model: ModelBinding(files: model.files, networkDigest: network.digest),
      domain: try InputDomain(box: box), points: [], member: nil, boxes: boxes, steps: [],
      verdicts: network.reluUnits.map { unit in
        let widest = Dyadic(1 << 40)
        return Verdict(
          unit: unit, stability: .undecided,
          bounds: Interval(
            search.claims.ends[BoxTarget(unit: unit, side: .lower)] ?? -widest,
            search.claims.ends[BoxTarget(unit: unit, side: .upper)] ?? widest),
          settledBy: "none", limit: "test")
      })
    #expect(throws: Never.self) {
      try CertificateChecker.check(
        certificate, model: CheckedModel(files: model.files, network: network))
    }
  }

  @Test func moreBoxesProveMore() throws {
    let few = try Self.search(boxes: 2).search.claims.ends.count
    let many = try Self.search(boxes: 1500).search.claims.ends.count
    #expect(many > few)
  }

  /// A tree holds no cut that its targets do not need.
  @Test func cutsOnlyWhatIsNeeded() throws {
    let (proof, _) = try Self.search(boxes: 1500)
    let boxes = try #require(proof)
    let (model, box) = try Self.model()
    let bounds = BoxBounds(
      network: ExactNetwork(model.network), domain: box, layerCount: Self.layerCount)
    let targets = bounds.space.set(of: boxes.targets)
    var rest = boxes.nodes[...]
    func visit(_ box: Box, _ closed: SideSet) {
      let result = bounds.evaluate(
        [.init(box: box, closed: closed)], for: targets, concurrency: .serial)[0]
      guard case .cut(let cut)? = rest.popFirst() else { return }
      #expect(!result.closed.isSuperset(of: targets))
      var (below, above) = (box.upper, box.lower)
      below[cut.input] = cut.value
      above[cut.input] = cut.value
      visit(Box(lower: box.lower, upper: below), result.closed)
      visit(Box(lower: above, upper: box.upper), result.closed)
    }
    visit(box, bounds.space.empty)
    #expect(rest.isEmpty && boxes.nodes.count > 3)
  }

  /// A search that leaves most of the domain open ends early, with what it has.
  @Test func endsWithoutYield() throws {
    let (model, box) = try Self.model()
    var search = BoxSearch(
      network: ExactNetwork(model.network), layerCount: Self.layerCount, domain: box,
      limits: .init(boxes: 4000, yields: [(boxes: 100, share: 1)]), concurrency: .serial)
    _ = search.search(isWanted: { _, _ in true }, replay: { _ in }, shouldStop: { false })
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
