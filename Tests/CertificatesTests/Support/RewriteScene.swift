import Certificates
import ExactArithmetic
import NeuralNetwork
import Testing

/// A network on which rewrites are tried, each with the file that it has to give.
struct RewriteScene {
  /// A layer as rows, biases and one activation.
  struct Rows {
    let weights: [[Double]]
    let biases: [Double]
    var activations: [Activation]

    init(_ weights: [[Double]], _ biases: [Double], _ activation: Activation = .relu) {
      self.weights = weights
      self.biases = biases
      activations = biases.map { _ in activation }
    }
  }

  let network: Network
  private let scene: Scene

  /// A scene on the box from -1 to 1.
  init(_ layers: [Rows]) throws {
    network = try Self.network(layers)
    let inputs = network.inputCount
    scene = try Scene(
      network, try InputDomain(box: Box(lower: -1, upper: 1, count: inputs)),
      member: Array(repeating: .zero, count: inputs))
  }

  private static func network(_ layers: [Rows]) throws -> Network {
    try Network(
      layers: layers.map {
        Layer(weights: Matrix(rows: $0.weights), biases: $0.biases, activations: $0.activations)
      }, scalarType: .float32)
  }

  /// Expects that both checkers accept rewrites that give these layers with this difference, but
  /// not a difference that is one unit of the last of 53 places smaller.
  func accept(
    _ rewrites: [Rewrite], _ layers: [Rows], kept: [(Int, [Int])], _ difference: [Double],
    _ both: BothCheckers, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let file = try ModelBytes(writing: try Self.network(layers), name: "small.onnx")
    let units = kept.map { Pruning.KeptLayer(layer: $0.0, units: $0.1) }
    func rule(_ difference: [Double]) throws -> CheckRule? {
      try self.rule(
        Pruning(
          rewrites: rewrites, kept: units, difference: difference.map { Dyadic($0) },
          floatDifference: nil, argmax: nil, file: file.checked.files[0],
          networkDigest: file.network.digest), file, both)
    }
    #expect(try rule(difference) == nil, sourceLocation: location)
    for (i, value) in difference.enumerated() {
      var smaller = difference
      smaller[i] = value.nextDown
      #expect(try rule(smaller) == .difference, sourceLocation: location)
    }
  }

  /// Expects that both checkers refuse the last of some rewrites.
  func refuse(
    _ rewrites: [Rewrite], _ both: BothCheckers, _ location: SourceLocation = #_sourceLocation
  ) throws {
    for count in [rewrites.count - 1, rewrites.count] {
      let pruning = Pruning(
        rewrites: Array(rewrites.prefix(count)), kept: [], difference: [], floatDifference: nil,
        argmax: nil, file: scene.subject.model.checked.files[0], networkDigest: network.digest)
      // With one less, it is the list of what is kept that is wrong.
      let expected: CheckRule = count == rewrites.count ? .rewrite : .kept
      #expect(
        try rule(pruning, scene.subject.model, both) == expected, sourceLocation: location)
    }
  }

  /// The rule that the scene's certificate with a pruning breaks.
  func rule(
    _ pruning: Pruning, _ result: ModelBytes, _ both: BothCheckers
  ) throws -> CheckRule? {
    var certificate = scene.certificate([])
    certificate.pruning = pruning
    let subject = Subject(scene.subject.model, result: result)
    return try both.rule(of: certificate, subject, "\(pruning.rewrites)")
  }

  /// A pruning that changes nothing, with claims about both networks.
  func unchanged(
    difference: [Double], floatDifference: [Dyadic]? = nil, argmax: Pruning.Argmax? = nil
  ) -> Pruning {
    Pruning(
      rewrites: [],
      kept: network.layers.enumerated().map { .init(layer: $0, units: Array(0..<$1.unitCount)) },
      difference: difference.map { Dyadic($0) }, floatDifference: floatDifference,
      argmax: argmax, file: scene.subject.model.checked.files[0], networkDigest: network.digest)
  }

  /// The file of the network itself.
  var file: ModelBytes { scene.subject.model }

  /// The intervals that the certificate proves.
  func proved() throws -> ProofState {
    try CertificateChecker.replay([], network: ExactNetwork(network), domain: scene.domain)
  }
}

extension Rewrite {
  /// A substitution by `(index, value)`.
  static func substitute(
    _ layer: Int, _ unit: Int, _ terms: [(Int, Double)], _ constant: Double = 0
  ) -> Rewrite {
    .substitute(
      Substitution(
        unit: UnitID(layer: layer, index: unit),
        terms: terms.map { .init(index: $0.0, value: Dyadic($0.1)) },
        constant: Dyadic(constant)))
  }

  /// A new linear unit.
  static func addLinear(_ layer: Int, _ unit: Int, shift: Double) -> Rewrite {
    .addLinear(UnitID(layer: layer, index: unit), shift: Dyadic(shift))
  }

  /// A replacement by rows of the next layer.
  static func replace(
    _ layer: Int, _ units: [Int], rows: [Int], mix: [(Int, [Double])] = [], shifts: [Double]
  ) -> Rewrite {
    let mixes = mix.map {
      LinearReplacement.Mix(unit: $0.0, weights: $0.1.map { Dyadic($0) })
    }
    return .replaceLinear(
      LinearReplacement(
        layer: layer, units: units, form: .rows(rows, mix: mixes),
        shifts: shifts.map { Dyadic($0) }))
  }

  /// A replacement by inputs of the layer.
  static func replace(_ layer: Int, _ units: [Int], inputShifts shifts: [Double]) -> Rewrite {
    .replaceLinear(
      LinearReplacement(
        layer: layer, units: units, form: .inputs, shifts: shifts.map { Dyadic($0) }))
  }
}
