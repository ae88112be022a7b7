/// A reader that is fed with damaged bytes: it must give a value or a typed error.
///
/// Whatever else must hold of a value is a precondition here, so that libFuzzer sees it break.
enum FuzzTarget: String, CaseIterable {
  /// Models.
  case onnx, nnet, npz, json
  /// Arrays.
  case npy
  /// Domains: properties, and our own and foreign JSON.
  case vnnlib, domain
  /// Certificates: read, written again, and checked against tiny networks.
  case certificate
  /// What processes send each other.
  case message

  /// Reads `bytes`: nil for a value, or the message of a typed error.
  ///
  /// `path` names the file and the folder in which a model looks for external data.
  func refusal(of bytes: [UInt8], at path: String, inputCount: Int = 2) -> String? {
    let message = message(on: bytes, at: path, inputCount: inputCount)
    message.map(expectOneLine)
    return message
  }

  private func message(on bytes: [UInt8], at path: String, inputCount: Int) -> String? {
    switch self {
    case .onnx, .nnet, .json: ModelTarget.refusal(of: bytes, at: path)
    case .npz: ModelTarget.refusal(ofArchive: bytes, at: path)
    case .npy: ArrayTarget.refusal(of: bytes, at: path)
    case .vnnlib, .domain:
      DomainTarget.refusal(of: bytes, at: path, inputCount: inputCount)
    case .certificate: CertificateTarget.refusal(of: bytes)
    case .message: MessageTarget.refusal(of: bytes)
    }
  }

  /// A path for bytes without a file, whose folder holds external data.
  var placeOfFuzzedFile: String {
    "fixtures/malformed/fuzzed.\(self == .domain ? "json" : rawValue)"
  }
}

/// What a message must look like whatever bytes led to it: one line, of bounded length.
func expectOneLine(_ message: String) {
  guard !message.isEmpty, message.utf8.count < 1 << 14,
    message.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
  else {
    // A release build prints no message of its own when it traps.
    print("not one line: \(message.debugDescription)")
    preconditionFailure("a message of several lines, or too long")
  }
}
