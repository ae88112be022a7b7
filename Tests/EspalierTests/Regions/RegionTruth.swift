import Certificates
import ExactArithmetic
import ModelIO
import NeuralNetwork
import StrictJSON
import TestSupport

/// A trained network on the box from 0 to 1 with its exact numbers of regions.
struct RegionTruth: Sendable {
  /// The networks with known numbers.
  static let names = [
    "moons_8_l1-0_s11", "rings_16_l1-0_s11", "sine1d_8-8_s11", "spirals_8-8_l1-0_s11",
    "pca5_8-8_l1-0_s11", "mnist_6-6_l1-0_s11", "mnist_5-5-5_l1-0.0004_s11",
  ]

  let network: Network
  let domain: InputDomain
  /// The number of regions after 1, 2, … hidden layers.
  let counts: [Int]

  /// Reads network and numbers.
  init(_ name: String) throws {
    network = try ModelReader.read(path: Self.fixture("models/trained/\(name).onnx")).network
    domain = try InputDomain(box: Box(lower: 0, upper: 1, count: network.inputCount))
    let bytes = try InputFile.read(path: Self.fixture("truth/regions/\(name).json"))
    var reader = try JSONObjectReader(JSONParser.parse(bytes), path: "$")
    counts = try reader.takeArray("first_layers_patterns").map { try $0.asCount(path: "$") }
  }

  /// The intervals by propagation alone.
  var proved: ProofState {
    var state = ProofState(network: ExactNetwork(network), domain: domain)
    while !state.isComplete { state.openNextLayer() }
    return state
  }

  /// The path of a fixture.
  static func fixture(_ name: String) -> String {
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/") + "/fixtures/\(name)"
  }
}
