/// Reads whole files that are not models.
public enum InputFile {
  /// The bytes of the file at `path`.
  ///
  /// - Throws: `ModelError` if the file cannot be read, is not regular, or is too long.
  public static func read(path: String) throws(ModelError) -> [UInt8] {
    do throws(ModelFault) {
      return try FileContents.read(path: path)
    } catch {
      throw ModelError(file: path, fault: error)
    }
  }

  /// The last component of a path.
  public static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
