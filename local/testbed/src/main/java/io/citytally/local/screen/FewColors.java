package io.citytally.local.screen;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Reduces a picture of a page to its 256 most frequent colors. Pages are flat: all other colors are
 * shades at the edges of letters, and the nearest of the 256 will do.
 */
public final class FewColors {

  private static final int COLORS = 256;
  private static final int RGB = 0xffffff;

  private FewColors() {}

  /**
   * @param png any that has no transparency
   */
  public static byte[] reduce(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    int width = image.getWidth();
    int[] pixels = image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    int[] palette = palette(pixels);

    BufferedImage reduced =
        new BufferedImage(
            width,
            image.getHeight(),
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, palette.length, palette, 0, false, -1, 0));
    Map<Integer, Integer> indexes = new HashMap<>();
    for (int i = 0; i < pixels.length; i++) {
      int index = indexes.computeIfAbsent(pixels[i] & RGB, color -> nearest(color, palette));
      reduced.getRaster().setSample(i % width, i / width, 0, index);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(reduced, "png", out);
    return out.toByteArray();
  }

  private static int[] palette(int[] pixels) {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int pixel : pixels) {
      counts.merge(pixel & RGB, 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(COLORS)
        .mapToInt(Map.Entry::getKey)
        .toArray();
  }

  private static int nearest(int color, int[] palette) {
    int nearest = 0;
    for (int i = 1; i < palette.length; i++) {
      if (distance(color, palette[i]) < distance(color, palette[nearest])) {
        nearest = i;
      }
    }
    return nearest;
  }

  private static int distance(int a, int b) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int difference = (a >> shift & 0xff) - (b >> shift & 0xff);
      sum += difference * difference;
    }
    return sum;
  }
}
