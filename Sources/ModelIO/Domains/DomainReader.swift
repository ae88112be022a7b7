internal import NeuralNetwork

/// Reads input domains from files.
public enum DomainReader {
  /// Reads the domain at `path` for a network with `inputCount` inputs.
  ///
  /// `.vnnlib`: the input part of a property, version 1.0 or 2.0. `.json`: our own format
  /// `espalier-domain/1`, a box `{"lo", "hi"}`, or the input bounds that OMLT writes. Decimals are
  /// read as the nearest double; a note says so where that is not exact.
  ///
  /// - Throws: `ModelError` naming the file, the place in it, what was expected and what was found.
  public static func read(path: String, inputCount: Int) throws(ModelError) -> ResolvedDomain {
    try read(InputFile.read(path: path), path: path, inputCount: inputCount)
  }

  /// Reads a domain from the bytes of the file at `path`.
  ///
  /// - Throws: `ModelError` as `read(path:inputCount:)` does.
  package static func read(
    _ bytes: [UInt8], path: String, inputCount: Int
  ) throws(ModelError) -> ResolvedDomain {
    do throws(ModelFault) {
      let name = path.lowercased()
      guard name.hasSuffix(".vnnlib") || name.hasSuffix(".json") else {
        throw .unknownFormat(expected: ".vnnlib or .json")
      }
      let file = FileDigest(path: path, bytes: bytes)
      if name.hasSuffix(".json") {
        let result = try DomainJSON.read(bytes, inputCount: inputCount)
        return ResolvedDomain(
          domain: result.domain, file: file, outputAssertionCount: 0, notes: result.notes)
      }
      let result = try PropertyReader.read(bytes, inputCount: inputCount)
      return ResolvedDomain(
        domain: result.domain, file: file, outputAssertionCount: result.outputAssertionCount,
        notes: result.notes)
    } catch {
      throw ModelError(file: path, fault: error)
    }
  }
}
