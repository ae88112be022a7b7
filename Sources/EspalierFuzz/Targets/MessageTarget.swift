internal import Certificates
internal import Espalier
internal import NeuralNetwork

/// Messages between the program and its workers.
enum MessageTarget {
  /// Reads the bytes as an answer of a worker, as a query and as a setup.
  static func refusal(of bytes: [UInt8]) -> String? {
    var isAccepted = UnitMessage.readAnswer(bytes) != nil
    if let setup = UnitMessage.readSetup(bytes) {
      let copy = UnitMessage.readSetup(
        UnitMessage.setup(network: setup.network, domain: setup.domain))
      precondition(copy?.network == setup.network && copy?.domain == setup.domain)
      isAccepted = true
    }
    if let network = TinyNetworks.all.last,
      let domain = try? InputDomain(box: Box(lower: [-1], upper: [1])),
      UnitMessage.readQuery(bytes, network: ExactNetwork(network), domain: domain) != nil
    {
      isAccepted = true
    }
    return isAccepted ? nil : "no message"
  }
}
