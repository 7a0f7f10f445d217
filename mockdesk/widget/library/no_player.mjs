// In the place of the media player, which would load the players of other sites: the widget says that it cannot play.
import { useEffect } from "react";

export default function NoPlayer({ onError }) {
  useEffect(() => onError?.(), []);
  return null;
}
