public import ExactArithmetic

/// What a model file says about itself; every text in it is printable.
public struct ModelSummary: Hashable, Sendable {
  /// The program that wrote the file, with its version; empty if the file does not say.
  public var producer = ""
  /// The version of the ONNX format, if it is an ONNX file.
  public var irVersion: Int?
  /// The operator sets, such as `ai.onnx 17`.
  public var operatorSets: [String] = []
  /// The inputs.
  public var inputs: [ValueSummary] = []
  /// The outputs.
  public var outputs: [ValueSummary] = []
  /// The type of the weights.
  public var scalarType: ScalarType = .float64
  /// All nodes in the order of the file.
  public var nodes: [NodeSummary] = []
  /// Nodes after the last layer that are no part of the network but are written back.
  public var tail: [NodeSummary] = []
  /// Bytes of all stored tensors.
  public var initializerByteCount = 0
  /// Numbers in all stored floating-point tensors.
  public var storedParameterCount = 0
  /// What a user must know about how the file was read.
  public var notes: [String] = []
}
